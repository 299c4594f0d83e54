"""Types and helpers that every package may import, and which imports none of them."""
