"""Search: which of a user's conversations hold some words, and where.

Views ask ``search`` for the conversations with a message of each to show; ``marks`` turns texts
into HTML with ``<mark>``. Databases join as backends (``backends``).
"""

from chat.conversations.search.backends import Found, found_in, install, matching, pause
from chat.conversations.search.finding import Match, search
from chat.conversations.search.marks import excerpt, marked
from chat.conversations.search.terms import terms_of

__all__ = [
    "Found",
    "Match",
    "excerpt",
    "found_in",
    "install",
    "marked",
    "matching",
    "pause",
    "search",
    "terms_of",
]
