"""Search: which of a user's conversations hold some words, and where.

Views ask ``matching`` for the conversations and ``found_in`` for a message of each to show;
``marks`` turns texts into HTML with ``<mark>``. Databases join as backends (``backends``).
"""

from chat.search.backends import Found, found_in, install, matching, pause
from chat.search.marks import excerpt, marked
from chat.search.terms import terms_of

__all__ = ["Found", "excerpt", "found_in", "install", "marked", "matching", "pause", "terms_of"]
