"""The soak: thousands of turns, and nothing in the processes grows. ``make soak`` runs ``run``."""
