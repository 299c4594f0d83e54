"""Recovery: ends turns whose worker was lost, and notifies their readers in this process.

Every worker does this periodically. ``ends`` decides the outcome and ensures that only one worker
writes it.
"""

import logging
from collections.abc import Collection

from chat.engine.event_log import EventLog, LogEnded, LogUnavailable, UnknownSeq
from chat.engine.worker import ends
from chat.kernel.chunks import StreamChunk, error_chunk
from chat.kernel.database import AWAY, in_database
from chat.kernel.outcomes import Outcome

logger = logging.getLogger(__name__)


async def end_lost_turns(log: EventLog, *, running: Collection[int]) -> None:
    """Mark lost turns as interrupted, keeping all text in the database and the log.

    Skips ``running``: this process stalled, and its next save renews their leases. Raises only if
    the database is away, so one turn cannot block the end of another.
    """
    for turn_id, seq in await in_database(ends.lost):
        if turn_id in running:
            continue
        try:
            await _end_lost_turn(log, turn_id, seq)
        except AWAY:
            raise
        except Exception:
            logger.exception("Turn %s lost its worker and could not be ended", turn_id)


async def _end_lost_turn(log: EventLog, turn_id: int, seq: int) -> None:
    unsaved = await _unsaved(log, turn_id, seq)
    if await in_database(ends.interrupt, turn_id, unsaved=unsaved):
        logger.warning("Turn %s lost its worker; it is marked as interrupted", turn_id)
        await _tell_end(log, turn_id)


async def _unsaved(log: EventLog, turn_id: int, seq: int) -> list[StreamChunk]:
    try:
        return [event.chunk for event in await log.read(turn_id, after=seq)]
    except (UnknownSeq, LogUnavailable, ValueError):  # ValueError: an entry is not an event
        return []


async def _tell_end(log: EventLog, turn_id: int) -> None:
    await log.open(turn_id)
    end = error_chunk(ends.interrupted_error(), outcome=Outcome.INTERRUPTED)
    try:
        await log.append(turn_id, [end])
    except LogEnded:
        logger.debug("Turn %s had ended in the log already", turn_id)
