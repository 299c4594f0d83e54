"""What was said before a turn, for the assistant."""

from chat.conversations.models import Turn, TurnTree
from chat.engine.assistant.history import Exchange

#: More than any token budget holds; keeps one query from loading a year of talk.
_MAX_EXCHANGES = 100


def exchanges_before(turn: Turn) -> list[Exchange]:
    """The questions on the turn's path with their answers, oldest first; no other branch's."""
    if turn.parent_id is None:
        return []
    ancestors = TurnTree.of(turn.conversation_id).path_to(turn.parent_id)
    answered = Turn.objects.filter(pk__in=ancestors[-_MAX_EXCHANGES:]).exclude(reply=None)
    said = answered.order_by("pk").values_list("question__text", "reply__text")
    return [Exchange(query=query, response=response) for query, response in said if response]
