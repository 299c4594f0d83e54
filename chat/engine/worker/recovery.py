"""Recovery: turns whose worker is lost get their end, and readers who wait for them here hear it.

Each worker looks now and again. What the end is, and that only one worker writes it, is decided in
``records``.
"""

import logging
from collections.abc import Collection

from chat.engine.event_log import EventLog, LogEnded, LogUnavailable, UnknownSeq
from chat.engine.worker import records
from chat.kernel.chunks import StreamChunk, error_chunk
from chat.kernel.database import AWAY, in_database

logger = logging.getLogger(__name__)


async def end_lost_turns(log: EventLog, *, running: Collection[int]) -> None:
    """Mark them as interrupted, with all the text that the database or the log has.

    ``running`` are left alone: this process stood still, and its next save renews their leases.
    Raises only when the database is away: no turn keeps another from its end.
    """
    for turn_id, seq in await in_database(records.lost):
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
    if await in_database(records.interrupt, turn_id, unsaved=unsaved):
        logger.warning("Turn %s lost its worker; it is marked as interrupted", turn_id)
        await _tell_end(log, turn_id)


async def _unsaved(log: EventLog, turn_id: int, seq: int) -> list[StreamChunk]:
    """What the log has and the database has not: a shared log outlives its writer."""
    try:
        return [event.chunk for event in await log.read(turn_id, after=seq)]
    except (UnknownSeq, LogUnavailable, ValueError):  # the last: what is stored there is no event
        return []


async def _tell_end(log: EventLog, turn_id: int) -> None:
    await log.open(turn_id)
    end = error_chunk(records.interrupted_error(), outcome="interrupted")
    try:
        await log.append(turn_id, [end])
    except LogEnded:
        logger.debug("Turn %s had ended in the log already", turn_id)
