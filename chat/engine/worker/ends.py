"""Saves the end of a turn, exactly once: by its runner, or by the worker that finds it lost.

Synchronous, for ``in_database``. Every UPDATE requires the lease, or a lost turn.
"""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat.conversations.models import Conversation, Message, StoredArtifact, StreamStats, Turn
from chat.engine.worker.row_updates import update_rows
from chat.kernel.answer import Answer
from chat.kernel.answer_errors import TurnInterrupted
from chat.kernel.chunks import StreamChunk, StreamError, error_chunk
from chat.kernel.database import AWAY
from chat.kernel.errors import OliverError
from chat.kernel.outcomes import Outcome

logger = logging.getLogger(__name__)


def save_end(
    turn_id: int, owner: str, *, answer: Answer, seq: int, stats: dict[str, object]
) -> bool:
    """False if the lease was lost."""
    held = Turn.objects.held_by(owner).filter(pk=turn_id)
    try:
        return _end(held, answer, seq=seq, stats=stats)
    except AWAY:
        raise
    except Exception:
        logger.exception("The answer of turn %s cannot be stored; ending it without", turn_id)
        return _end_as_checkpointed(held, Outcome.FAILED, error_code=OliverError.code)


def lost() -> list[tuple[int, int]]:
    """(id, seq of the last checkpoint) of turns with an expired lease."""
    return list(Turn.objects.lost().values_list("pk", "seq"))


def interrupt(turn_id: int, *, unsaved: Sequence[StreamChunk]) -> bool:
    """End a lost turn with its last checkpoint and the ``unsaved`` chunks from a log that outlived
    the worker. False if another worker was faster.
    """
    try:
        return _interrupt(turn_id, unsaved)
    except AWAY:
        raise
    except Exception:
        logger.exception("The text of turn %s cannot be stored; ending it without", turn_id)
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
        seq += 1  # the terminal event needs a number too, even if no log holds it
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
    update_rows(StreamStats, [{"turn_id": turn.pk, "ended_at": now, **stats}])
    update_rows(Conversation, [{"id": turn.conversation_id, "updated_at": now}])
    return True


@transaction.atomic
def _end_as_checkpointed(fenced: "QuerySet[Turn]", outcome: Outcome, *, error_code: str) -> bool:
    """Leaves the model's text alone. The page shows the end by the status only."""
    turn_id = fenced.values_list("pk", flat=True).first()
    if turn_id is None or not fenced.update(
        status=outcome, error_code=error_code, lease_until=None
    ):
        return False
    update_rows(StreamStats, [{"turn_id": turn_id, "ended_at": timezone.now()}])
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
    StoredArtifact.objects.bulk_create(
        StoredArtifact(
            turn=turn,
            position=position,
            kind=item.kind,
            title=item.title[:200],
            content=item.content,
        )
        for position, item in enumerate(answer.artifacts, start=1)
    )
