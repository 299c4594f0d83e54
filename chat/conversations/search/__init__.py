"""Finds a user's conversations by words, and the message that matched.

Views call ``search``; ``highlighting`` turns texts into HTML with ``<mark>``. All backends use the
words of ``chat.kernel.search_words``, so they find the same.
"""

from chat.conversations.search.backends import install, matching, pause
from chat.conversations.search.highlighting import excerpt, marked
from chat.conversations.search.query import Hit, Match, hits_in, search
from chat.conversations.search.terms import Term, terms_of

__all__ = [
    "Hit",
    "Match",
    "Term",
    "excerpt",
    "hits_in",
    "install",
    "marked",
    "matching",
    "pause",
    "search",
    "terms_of",
]
