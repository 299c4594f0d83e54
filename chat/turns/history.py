"""What was said before a turn, for the assistant."""

from chat.assistant.history import Exchange
from chat.models import Turn

#: More than any token budget holds; keeps one query from loading a year of talk.
_MOST_EXCHANGES = 100


def exchanges_before(turn: Turn) -> list[Exchange]:
    """Earlier questions of the conversation with their answers, oldest first."""
    earlier = (
        Turn.objects.filter(conversation_id=turn.conversation_id, pk__lt=turn.pk)
        .exclude(reply=None)
        .select_related("question", "reply")
        .order_by("-pk")[:_MOST_EXCHANGES]
    )
    return [
        Exchange(query=each.question.text, response=each.reply.text)
        for each in reversed(earlier)
        if each.reply and each.reply.text
    ]
