"""Changes to Daphne, Twisted and Django's handler, and the gate before them."""
