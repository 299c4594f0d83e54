"""Starting a turn: the only way a question enters Oliver, from the page and the API.

A question goes to the end of the path shown last, or beside another turn: as another answer to the
same question, or as an edited question (see ``chat.conversations.models.tree``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from chat.conversations.models import Conversation, Message, StreamStats, Turn, path_of
from chat.conversations.turn_limits import check_limits, lock_user, usage_of
from chat.engine.doorbell import ring
from chat.kernel.chunks import AnalysisType
from chat.kernel.conf import conf
from chat.kernel.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    TooManyLiveTurns,
    TurnInProgress,
)
from chat.kernel.title_text import title_of

#: Same as the API schema. PostgreSQL rejects NUL, and no database stores lone surrogates.
_KEY = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True)
class _Position:
    """Where a turn goes. ``message``: an existing question to answer again."""

    conversation: Conversation
    parent_id: int | None
    message: Message | None = None


def start_turn(
    *,
    user: User,
    question: str,
    analysis_type: str,
    conversation: Conversation | None,
    idempotency_key: str,
    parent_id: int | None = None,
) -> Turn:
    """Save the question and its queued turn in one transaction, then notify a worker.

    ``parent_id``: the turn to follow, by default the end of the path shown last. Repeating a
    request with the same idempotency key returns the same turn. Raises ``IdempotencyKeyReused``
    (another request used the key), ``InvalidInput``, ``TurnInProgress`` (one live turn per
    conversation), ``TooManyLiveTurns`` and ``RateLimited``.
    """
    question = checked_question(question)
    _check_analysis_type(analysis_type)

    def save() -> Turn:
        position = (
            _end_of_path(conversation, parent_id)
            if conversation
            else _new_conversation(user, question)
        )
        return _save(position, question, analysis_type, key)

    def is_same(existing: Turn) -> bool:
        return (
            is_same_question(existing, question, analysis_type)
            and (
                existing.conversation == conversation
                if conversation
                else existing.parent_id is None
            )
            and parent_id in (None, existing.parent_id)
        )

    key = _key_of(user, idempotency_key)
    return _start_once(user, key, save, is_same)


def regenerate(turn: Turn, *, idempotency_key: str = "") -> Turn:
    """Another answer to the same question; existing ones are kept.

    If one is being written, that one is returned. Raises as ``start_turn``.
    """

    def save() -> Turn:
        position = _Position(turn.conversation, turn.parent_id, turn.question)
        return _save(position, turn.question.text, turn.analysis_type, key)

    def is_same(existing: Turn) -> bool:
        return (existing.question_id, existing.parent_id) == (turn.question_id, turn.parent_id)

    user = turn.conversation.owner
    key = _key_of(user, idempotency_key or uuid4().hex)
    versions = Turn.objects.filter(question=turn.question_id, parent=turn.parent_id)
    try:
        return _start_once(user, key, save, is_same)
    except (TurnInProgress, TooManyLiveTurns):
        if live := versions.unfinished().first():
            return live
        raise


def edit_question(turn: Turn, *, question: str, analysis_type: str, idempotency_key: str) -> Turn:
    """Ask another question in the turn's place, as a branch. Unchanged text gets another answer.

    Raises as ``start_turn``.
    """
    question = checked_question(question)
    _check_analysis_type(analysis_type)

    def save() -> Turn:
        same = turn.question if question == turn.question.text else None
        if turn.parent_id is None:
            _name_after(turn, question)
        position = _Position(turn.conversation, turn.parent_id, same)
        return _save(position, question, analysis_type, key)

    def is_same(existing: Turn) -> bool:
        is_there = (existing.conversation, existing.parent_id) == (
            turn.conversation,
            turn.parent_id,
        )
        return is_there and is_same_question(existing, question, analysis_type)

    user = turn.conversation.owner
    key = _key_of(user, idempotency_key)
    return _start_once(user, key, save, is_same)


def _name_after(turn: Turn, question: str) -> None:
    conversation = turn.conversation
    if conversation.title == title_of(turn.question.text):
        conversation.title = title_of(question)
        Conversation.objects.filter(pk=conversation.pk).update(title=conversation.title)


def is_same_question(turn: Turn, question: str, analysis_type: str) -> bool:
    """``question`` must come from ``checked_question``."""
    return turn.question.text == question and turn.analysis_type == analysis_type


def _start_once(
    user: User, key: str, save: Callable[[], Turn], is_same: Callable[[Turn], bool]
) -> Turn:
    """Run ``save`` once per key, within the limits, and notify a worker.

    ``is_same`` tells whether the key's existing turn belongs to the same request.
    """
    try:
        with transaction.atomic():
            lock_user(user)
            usage = usage_of(user, key)
            if usage.existing is not None:
                return _checked_repeat(Turn.objects.get(pk=usage.existing), is_same)
            check_limits(user, usage)
            turn = save()
    except IntegrityError as exc:
        if existing := Turn.objects.filter(idempotency_key=key).first():
            return _checked_repeat(existing, is_same)
        raise TurnInProgress from exc
    transaction.on_commit(lambda: ring("turn.run", turn.pk))
    return turn


def _checked_repeat(existing: Turn, is_same: Callable[[Turn], bool]) -> Turn:
    if existing.conversation.deleted_at or not is_same(existing):
        raise IdempotencyKeyReused(existing.pk)
    return existing


def _new_conversation(user: User, question: str) -> _Position:
    conversation = Conversation.objects.create(owner=user, title=title_of(question))
    return _Position(conversation, parent_id=None)


def _end_of_path(conversation: Conversation, parent_id: int | None) -> _Position:
    if parent_id is None:
        # Another tab may have switched the path since this was read.
        conversation.refresh_from_db(fields=["current_turn"])
        parent_id = next(reversed(path_of(conversation)), None)
    elif not Turn.objects.filter(pk=parent_id, conversation=conversation).exists():
        raise InvalidInput(
            _("The question follows an answer that is not in this conversation."), field="parent"
        )
    return _Position(conversation, parent_id)


def _save(position: _Position, question: str, analysis_type: str, key: str) -> Turn:
    conversation = position.conversation
    turn = Turn.objects.create(
        conversation=conversation,
        parent_id=position.parent_id,
        question=position.message
        or Message.objects.create(conversation=conversation, sender="user", text=question),
        analysis_type=analysis_type,
        idempotency_key=key,
    )
    StreamStats.objects.create(turn=turn)
    conversation.current_turn = turn
    conversation.analysis_type = analysis_type
    conversation.archived_at = None  # asking unarchives
    # Not the title: it may have been renamed meanwhile.
    changed = ["current_turn", "analysis_type", "archived_at", "updated_at"]
    conversation.save(update_fields=changed)
    return turn


def _key_of(user: User, idempotency_key: str) -> str:
    if not _KEY.fullmatch(idempotency_key):
        raise InvalidInput(
            _("The key must be 1 to 64 printable ASCII characters without spaces."),
            field="idempotency_key",
        )
    return f"{user.pk}:{idempotency_key}"


def checked_question(question: str) -> str:
    """Normalised for storage. Raises ``InvalidInput``."""
    # NUL cannot be stored; lone surrogates cannot be sent to any provider.
    question = question.replace("\0", "").encode("utf-8", "replace").decode().strip()
    most = conf().question_max_chars
    if not question:
        raise InvalidInput(_("Write a question first."), field="question")
    if len(question) > most:
        raise InvalidInput(
            _("The question has {length} characters. The limit is {most}.").format(
                length=number_format(len(question), force_grouping=True),
                most=number_format(most, force_grouping=True),
            ),
            field="question",
        )
    return question


def _check_analysis_type(analysis_type: str) -> None:
    known = get_args(AnalysisType)
    if analysis_type not in known:
        raise InvalidInput(
            _("Unknown analysis type. Choose one of: {known}.").format(known=", ".join(known)),
            field="analysis_type",
        )
