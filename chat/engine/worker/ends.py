"""Database writes of a running turn, each fenced by its lease.

A worker that lost its lease changes nothing: every UPDATE requires the turn to be running and held
by this worker. All functions are synchronous; the runner calls them through ``in_database``.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone

from chat.conversations.earlier_exchanges import exchanges_before
from chat.conversations.models import Artifact, Conversation, Message, StreamStats, Turn
from chat.conversations.models.turn import Unfinished
from chat.engine.assistant.history import Exchange
from chat.kernel.answer import Answer
from chat.kernel.chunks import AnalysisType, StreamChunk, StreamError, error_chunk
from chat.kernel.database import AWAY
from chat.kernel.errors import OliverError, TurnInterrupted
from chat.kernel.outcomes import Outcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """What a runner needs to know of its turn."""

    turn_id: int
    question: str
    analysis_type: AnalysisType
    exchanges: list[Exchange]
    queued_at: datetime
    started_at: datetime  # by the database's clock, and never before it was queued
    stop_requested: bool


def claim_next(owner: str, *, most: int, lease_s: float) -> list[int]:
    """Claim up to ``most`` queued turns, oldest first, each for one worker only."""
    if connection.features.has_select_for_update_skip_locked:
        return _claim_locked(owner, most=most, lease_s=lease_s)
    queued = list(Turn.objects.queued().values_list("pk", flat=True)[:most])
    if not queued:
        return []
    won = Turn.objects.filter(pk__in=queued, status=Unfinished.QUEUED).update(
        status=Unfinished.RUNNING, lease_owner=owner, lease_until=_lease_end(lease_s)
    )
    if won == len(queued):
        return queued
    # Other workers claimed some of them. Ours are those that were free before.
    return list(Turn.objects.held_by(owner).filter(pk__in=queued).values_list("pk", flat=True))


@transaction.atomic
def _claim_locked(owner: str, *, most: int, lease_s: float) -> list[int]:
    """Simultaneous workers get different turns without waiting for each other."""
    queued = Turn.objects.queued().select_for_update(skip_locked=True)
    claimed = list(queued.values_list("pk", flat=True)[:most])
    Turn.objects.filter(pk__in=claimed).update(
        status=Unfinished.RUNNING, lease_owner=owner, lease_until=_lease_end(lease_s)
    )
    return claimed


def claimed_unheard(owner: str, *, begun: Collection[int], lease_s: float) -> list[int]:
    """Turns under this worker's lease that it has not ``begun``; renews their leases."""
    unheard = list(Turn.objects.held_by(owner).exclude(pk__in=begun).values_list("pk", flat=True))
    Turn.objects.held_by(owner).filter(pk__in=unheard).update(lease_until=_lease_end(lease_s))
    return unheard


def load_work(turn_id: int) -> Work:
    turn = Turn.objects.annotate(now=Now()).select_related("question").get(pk=turn_id)
    return Work(
        turn_id=turn_id,
        question=turn.question.text,
        analysis_type=cast("AnalysisType", turn.analysis_type),
        exchanges=exchanges_before(turn),
        queued_at=turn.created_at,
        started_at=max(turn.created_at, turn.now),  # type: ignore[attr-defined]  # annotated
        stop_requested=turn.stop_requested_at is not None,
    )


@dataclass(frozen=True)
class Checkpoint:
    """The answer of a running turn at event ``seq``; ``state`` is None if nothing is new."""

    turn_id: int
    seq: int
    state: str | None  # JSON, as ``Turn.answer_state`` stores it
    stats: dict[str, object] = field(default_factory=dict)  # StreamStats columns known so far


@dataclass(frozen=True)
class Verdict:
    """What the database says of a worker's turns after saving its checkpoints."""

    ours: frozenset[int]
    to_stop: frozenset[int]
    unstorable: frozenset[int] = frozenset()


def save_checkpoints(owner: str, checkpoints: list[Checkpoint], *, lease_s: float) -> Verdict:
    """Save new states and extend all leases, in one transaction for all turns of a worker.

    A transaction per turn would cost a connection and a commit each: 0.2 of a core at 100 turns.
    Only if the database rejects one of them does each get its own.
    """
    try:
        return _save_together(owner, checkpoints, lease_s=lease_s)
    except AWAY:
        raise
    except Exception:
        logger.exception("A checkpoint was refused; each is stored by itself")
        return _save_each(owner, checkpoints, lease_s=lease_s)


def _save_each(owner: str, checkpoints: list[Checkpoint], *, lease_s: float) -> Verdict:
    """Leases first: one turn's text must not cost the others their leases."""
    leases = [replace(each, state=None) for each in checkpoints]
    verdict = _save_together(owner, leases, lease_s=lease_s)
    refused = set()
    for each in checkpoints:
        try:
            _save_together(owner, [each], lease_s=lease_s)
        except AWAY:
            raise
        except Exception:
            logger.exception("Turn %s cannot be checkpointed", each.turn_id)
            refused.add(each.turn_id)
    return replace(verdict, unstorable=frozenset(refused))


@transaction.atomic
def _save_together(owner: str, checkpoints: list[Checkpoint], *, lease_s: float) -> Verdict:
    ours = Turn.objects.held_by(owner).filter(pk__in=[each.turn_id for each in checkpoints])
    ours.update(lease_until=_lease_end(lease_s))
    known = dict(ours.values_list("pk", "stop_requested_at"))
    changed = [each for each in checkpoints if each.state is not None and each.turn_id in known]
    # The update above locked the rows: nobody can take a turn in between.
    _update_rows(
        Turn,
        [{"id": each.turn_id, "answer_state": each.state, "seq": each.seq} for each in changed],
    )
    # So that a turn whose worker dies still reports when its first token came.
    _update_rows(
        StreamStats, [{"turn_id": each.turn_id, **each.stats} for each in changed if each.stats]
    )
    return Verdict(
        ours=frozenset(known),
        to_stop=frozenset(turn_id for turn_id, asked in known.items() if asked is not None),
    )


def _update_rows(model: type[Model], rows: list[dict[str, object]]) -> None:
    """One prepared UPDATE for many rows; the first column is the key.

    ``bulk_update`` builds an expression per row and column: at 100 turns a third of the server's
    CPU, while every stream waited.
    """
    if not rows:
        return
    key, *columns = rows[0]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {changes} WHERE {quote(key)} = %s",  # noqa: S608  (our own names)
            [[_for_database(row[column]) for column in (*columns, key)] for row in rows],
        )


def _for_database(value: object) -> str | int | None:
    if isinstance(value, datetime):
        value = connection.ops.adapt_datetimefield_value(value)
    return cast("str | int | None", value)


def count_reading(turn_id: int, **more: int) -> None:
    """Add to the reader counts in ``StreamStats``. Called once per reader."""
    columns = ", ".join(f"{name} = {name} + %s" for name in more)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE conversations_streamstats SET {columns} WHERE turn_id = %s",  # noqa: S608 (our own)
            [*more.values(), turn_id],
        )


def save_end(
    turn_id: int, owner: str, *, answer: Answer, seq: int, stats: dict[str, object]
) -> bool:
    """Save the end of a turn: state, reply, artifacts, statistics. False if the lease was lost."""
    held = Turn.objects.held_by(owner).filter(pk=turn_id)
    try:
        return _end(held, answer, seq=seq, stats=stats)
    except AWAY:
        raise
    except Exception:
        logger.exception("The answer of turn %s cannot be stored; it ends without", turn_id)
        return _end_as_checkpointed(held, Outcome.FAILED, error_code=OliverError.code)


def lost() -> list[tuple[int, int]]:
    """(id, seq of the last checkpoint) of turns with an expired lease."""
    return list(Turn.objects.lost().values_list("pk", "seq"))


def interrupt(turn_id: int, *, unsaved: Sequence[StreamChunk]) -> bool:
    """End a lost turn with its last checkpoint and the ``unsaved`` chunks found in a log that
    outlived the worker. False if another worker was faster.
    """
    try:
        return _interrupt(turn_id, unsaved)
    except AWAY:
        raise
    except Exception:
        logger.exception("What turn %s had written cannot be stored; it ends without", turn_id)
        lost_turn = Turn.objects.lost().filter(pk=turn_id)
        return _end_as_checkpointed(lost_turn, Outcome.INTERRUPTED, error_code=TurnInterrupted.code)


def _interrupt(turn_id: int, unsaved: Sequence[StreamChunk]) -> bool:
    turn = Turn.objects.lost().filter(pk=turn_id).first()
    if turn is None:
        return False
    answer, seq = turn.answer, turn.seq + len(unsaved)
    for chunk in unsaved:
        answer.apply(chunk)
    if answer.outcome is None:  # otherwise its own end was sent but not saved
        answer.apply(error_chunk(interrupted_error(), outcome=Outcome.INTERRUPTED))
        seq += 1  # the terminal event has a number too, even if no log will hold it
    still_lost = Turn.objects.lost().filter(pk=turn_id, lease_owner=turn.lease_owner, seq=turn.seq)
    return _end(still_lost, answer, seq=seq, stats={})


def interrupted_error() -> StreamError:
    return TurnInterrupted().as_stream_error()


@transaction.atomic
def _end(fenced: "QuerySet[Turn]", answer: Answer, *, seq: int, stats: dict[str, object]) -> bool:
    turn = fenced.select_for_update().only("conversation_id").first()
    if turn is None:
        return False
    fenced.update(
        status=answer.outcome or Outcome.FAILED,
        answer_state=answer.as_state(),
        seq=seq,
        error_code=answer.error.code if answer.error else "",
        lease_until=None,
        reply=_saved_reply(turn, answer),
    )
    _save_artifacts(turn, answer)
    now = timezone.now()
    _update_rows(StreamStats, [{"turn_id": turn.pk, "ended_at": now, **stats}])
    _update_rows(Conversation, [{"id": turn.conversation_id, "updated_at": now}])
    return True


@transaction.atomic
def _end_as_checkpointed(fenced: "QuerySet[Turn]", outcome: Outcome, *, error_code: str) -> bool:
    """Does not touch the model's text. The page shows the end by the status alone."""
    turn_id = fenced.values_list("pk", flat=True).first()
    if turn_id is None or not fenced.update(
        status=outcome, error_code=error_code, lease_until=None
    ):
        return False
    _update_rows(StreamStats, [{"turn_id": turn_id, "ended_at": timezone.now()}])
    return True


def _saved_reply(turn: Turn, answer: Answer) -> Message | None:
    if not answer.response:
        return None
    return Message.objects.create(
        conversation_id=turn.conversation_id, sender="assistant", text=answer.response
    )


def _save_artifacts(turn: Turn, answer: Answer) -> None:
    if not answer.artifacts:
        return
    Artifact.objects.bulk_create(
        Artifact(
            turn=turn,
            position=position,
            kind=item.kind,
            title=item.title[:200],
            content=item.content,
        )
        for position, item in enumerate(answer.artifacts, start=1)
    )


def _lease_end(lease_s: float) -> CombinedExpression:
    """By the database's clock, so that a worker with a wrong clock neither steals turns nor hides
    lost ones.
    """
    return Now() + timedelta(seconds=lease_s)
