"""Imports the earlier messages of an API request as finished turns of a new conversation.

The assistant then reads them as history, and the page shows them like any other conversation.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from chat.conversations.models import Conversation, Message, Turn, TurnTree
from chat.conversations.start import checked_question, is_same_question, start_turn
from chat.engine.assistant.history import Exchange
from chat.kernel.answer import Answer
from chat.kernel.errors import IdempotencyKeyReused
from chat.kernel.outcomes import Outcome
from chat.kernel.title_text import title_of


def start_with_history(
    *,
    user: User,
    exchanges: Sequence[Exchange],
    question: str,
    analysis_type: str,
    idempotency_key: str,
) -> Turn:
    """``start_turn`` in a new conversation that begins with ``exchanges``; all or nothing.

    Idempotency and errors are those of ``start_turn``.
    """
    try:
        with transaction.atomic():
            conversation = _import_exchanges(user, exchanges, analysis_type) if exchanges else None
            return start_turn(
                user=user,
                question=question,
                analysis_type=analysis_type,
                conversation=conversation,
                idempotency_key=idempotency_key,
            )
    except IdempotencyKeyReused as reused:
        # The conversation imported just now was rolled back; compare with the first one.
        existing = Turn.objects.get(pk=reused.turn_id)
        if not exchanges or not _is_same(existing, exchanges, question, analysis_type):
            raise
        return existing


def _is_same(turn: Turn, exchanges: Sequence[Exchange], question: str, analysis_type: str) -> bool:
    conversation = turn.conversation
    ancestors = TurnTree.of(conversation.pk).path_to(turn.pk)[:-1]
    earlier = Turn.objects.filter(pk__in=ancestors).order_by("pk")
    said = [(each.query, each.response) for each in exchanges]
    return (
        conversation.deleted_at is None
        and is_same_question(turn, checked_question(question), analysis_type)
        and list(earlier.values_list("question__text", "reply__text")) == said
    )


def _import_exchanges(
    user: User, exchanges: Sequence[Exchange], analysis_type: str
) -> Conversation:
    title = title_of(exchanges[0].query)
    conversation = Conversation.objects.create(owner=user, title=title, analysis_type=analysis_type)
    turn = None
    for number, exchange in enumerate(exchanges, start=1):
        turn = _add(conversation, exchange, parent=turn, analysis_type=analysis_type, number=number)
    return conversation


def _add(
    conversation: Conversation,
    exchange: Exchange,
    *,
    parent: Turn | None,
    analysis_type: str,
    number: int,
) -> Turn:
    """Without statistics: this answer was not measured."""
    answer = Answer(response=exchange.response)
    return Turn.objects.create(
        conversation=conversation,
        parent=parent,
        question=_message(conversation, "user", exchange.query),
        reply=_message(conversation, "assistant", exchange.response),
        analysis_type=analysis_type,
        status=Outcome.DONE,
        # The space rules out collisions with client keys.
        idempotency_key=f"{conversation.owner_id}:seed {conversation.pk} {number}",
        seq=2,  # text and end
        is_imported=True,
        answer_state=answer.as_state(),
    )


def _message(conversation: Conversation, sender: str, text: str) -> Message:
    return Message.objects.create(conversation=conversation, sender=sender, text=text)
