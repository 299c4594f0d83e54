"""Any other database: the terms as parts of words, by LIKE. Slow on much text, but right."""

from collections.abc import Sequence

from django.db.models import Q

from chat.conversations.models import Conversation, Message
from chat.conversations.models.conversation import ConversationQuerySet

WALKS = False


def matching(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int
) -> ConversationQuerySet:
    """Those with every term somewhere in their title or messages."""
    mine = Conversation.objects.filter(owner=owner_id)
    for term in terms:
        in_messages = mine.filter(messages__text__icontains=term).values("pk")
        conversations = conversations.filter(Q(title__icontains=term) | Q(pk__in=in_messages))
    return conversations


def message_ids(conversation_ids: Sequence[int], terms: Sequence[str]) -> list[int]:
    """Messages of the conversations that hold any of the terms."""
    any_term = Q()
    for term in terms:
        any_term |= Q(text__icontains=term)
    found = Message.objects.filter(any_term, conversation__in=conversation_ids)
    return list(found.order_by("pk").values_list("pk", flat=True)[:200])
