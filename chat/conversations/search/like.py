"""Other databases: LIKE on the stored words. Slow for large amounts of text, but correct."""

from collections.abc import Sequence

from chat.conversations.models import SearchText
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search.terms import Term

FINDS_COMMON_WORDS = False


def matching(conversations: ConversationQuerySet, terms: Sequence[Term]) -> ConversationQuerySet:
    for term in terms:
        having = SearchText.objects.filter(words__contains=term.needle)
        conversations = conversations.filter(pk__in=having.values("conversation"))
    return conversations
