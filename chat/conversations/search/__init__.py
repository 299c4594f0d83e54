"""Search: which of a user's conversations hold some words, and where.

Views ask ``search`` for the conversations with a message of each to show; ``highlighting`` turns
texts into HTML with ``<mark>``. Reading and the indexes of all databases go by the same words
(``chat.kernel.search_words``), so that they find the same.
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
