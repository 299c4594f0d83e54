"""The worker: takes turns off the queue, runs them under a lease, recovers lost ones."""
