"""Chaos: processes and services are killed at random moments, and nothing may be lost.

``make chaos`` runs ``tests.chaos.run``; ``tests/test_chaos.py`` runs a short one. A run is drawn
from its seed: who asks what, who leaves when, what is killed when. The operating system still has
its say about the rest, so a seed repeats a plan and not each microsecond.
"""
