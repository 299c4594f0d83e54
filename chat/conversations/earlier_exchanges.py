"""The conversation history that the assistant gets with a question."""

from chat.conversations.models import Turn, TurnTree
from chat.engine.assistant.history import Exchange

#: More than any token budget holds; bounds the query.
_MAX_EXCHANGES = 100


def exchanges_before(turn: Turn) -> list[Exchange]:
    """Answered questions on the turn's path, oldest first; other branches are left out."""
    if turn.parent_id is None:
        return []
    ancestors = TurnTree.of(turn.conversation_id).path_to(turn.parent_id)
    answered = Turn.objects.filter(pk__in=ancestors[-_MAX_EXCHANGES:]).exclude(reply=None)
    said = answered.order_by("pk").values_list("question__text", "reply__text")
    return [Exchange(query=query, response=response) for query, response in said if response]
