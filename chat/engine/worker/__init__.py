"""The worker: claims queued turns, runs them under a lease, recovers lost ones."""
