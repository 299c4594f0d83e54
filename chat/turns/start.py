"""Starting a turn: the one way a question enters Oliver, for the page and the API alike."""

from datetime import timedelta
from typing import Any, get_args

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.chunks import AnalysisType
from chat.conf import conf
from chat.errors import InvalidInput, RateLimited, TooManyLiveTurns, TurnInProgress
from chat.models import Conversation, Message, StreamStats, Turn
from chat.turns.doorbell import ring

_TITLE_CHARS = 80
_MINUTE = timedelta(minutes=1)
#: When to try again while one's answers are being written: nobody knows, a few seconds is fair.
_LIVE_TURN_S = 5.0


def start_turn(
    *,
    user: Any,
    question: str,
    analysis_type: str,
    conversation: Conversation | None,
    idempotency_key: str,
) -> Turn:
    """Save the question and its queued turn in one transaction, then ring for a worker.

    The same key of the same user again returns the turn it made the first time.
    Raises ``InvalidInput`` (field named), ``TurnInProgress`` (one live turn per conversation),
    ``TooManyLiveTurns`` and ``RateLimited``.
    """
    question = _checked_question(question)
    _check_analysis_type(analysis_type)
    key = f"{user.pk}:{_checked_key(idempotency_key)}"
    try:
        with transaction.atomic():
            if twin := _twin_of(user, key):
                return twin
            _check_rate(user)
            conversation = conversation or Conversation(
                owner=user, title=_title_of(question), analysis_type=analysis_type
            )
            turn = _save(conversation, question, analysis_type, key)
    except IntegrityError as exc:
        if twin := Turn.objects.filter(idempotency_key=key).first():
            return twin
        raise TurnInProgress from exc
    transaction.on_commit(lambda: ring("turn.run", turn.pk))
    return turn


def retry_turn(turn: Turn) -> Turn:
    """Ask the same question again, in the same conversation."""
    return start_turn(
        user=turn.conversation.owner,
        question=turn.question.text,
        analysis_type=turn.analysis_type,
        conversation=turn.conversation,
        # Two clicks on one "Try again" make one new turn.
        idempotency_key=f"retry-{turn.pk}",
    )


def _save(conversation: Conversation, question: str, analysis_type: str, key: str) -> Turn:
    conversation.analysis_type = analysis_type
    conversation.archived_at = None  # who asks in it uses it again
    # Not the title: it may have been changed since this one was read.
    changed = ["analysis_type", "archived_at", "updated_at"] if conversation.pk else None
    conversation.save(update_fields=changed)
    message = Message.objects.create(conversation=conversation, sender="user", text=question)
    turn = Turn.objects.create(
        conversation=conversation,
        question=message,
        analysis_type=analysis_type,
        idempotency_key=key,
    )
    StreamStats.objects.create(turn=turn, analysis_type=analysis_type)
    return turn


def _twin_of(user: Any, key: str) -> Turn | None:
    """The turn that this key has started. Locks the user: of two requests the second waits here."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    return Turn.objects.filter(idempotency_key=key).first()


def _check_rate(user: Any) -> None:
    """Under the lock, so that no two requests count past each other."""
    if Turn.objects.owned_by(user).unfinished().count() >= conf().live_turns_per_user:
        raise TooManyLiveTurns(retry_after_s=_LIVE_TURN_S)
    recent = StreamStats.objects.filter(
        turn__conversation__owner=user, queued_at__gt=timezone.now() - _MINUTE
    )
    if recent.count() >= conf().turns_per_minute:
        oldest = recent.order_by("queued_at").values_list("queued_at", flat=True)[0]
        wait_s = (oldest + _MINUTE - timezone.now()).total_seconds()
        raise RateLimited(retry_after_s=max(1.0, wait_s))


def _checked_question(question: str) -> str:
    # NUL cannot be stored; lone surrogates cannot be sent to any provider.
    question = question.replace("\0", "").encode("utf-8", "replace").decode().strip()
    most = conf().question_max_chars
    if not question:
        raise InvalidInput("Write a question first.", field="question")
    if len(question) > most:
        raise InvalidInput(
            f"The question has {len(question):,} characters; {most:,} are the most.",
            field="question",
        )
    return question


def _check_analysis_type(analysis_type: str) -> None:
    known = get_args(AnalysisType)
    if analysis_type not in known:
        raise InvalidInput(
            f"Unknown analysis type. Choose one of: {', '.join(known)}.", field="analysis_type"
        )


def _checked_key(key: str) -> str:
    if not 1 <= len(key) <= 64:
        raise InvalidInput("Give a key of 1 to 64 characters.", field="idempotency_key")
    return key


def _title_of(question: str) -> str:
    first_line = question.splitlines()[0]
    return first_line if len(first_line) <= _TITLE_CHARS else f"{first_line[: _TITLE_CHARS - 1]}…"
