"""Changes to Daphne, Twisted and Django's handler (see PATCHES.md), and the ASGI middleware before
them.
"""
