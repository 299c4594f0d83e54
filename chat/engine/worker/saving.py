"""Checkpoints all running turns of a worker without holding up its event loop."""

import asyncio
import logging
from collections.abc import Sequence

from chat.engine.worker import checkpoints
from chat.engine.worker.checkpoints import Checkpoint
from chat.engine.worker.runner import TurnRunner
from chat.kernel.conf import conf
from chat.kernel.database import in_database

logger = logging.getLogger(__name__)

#: Serialising 400 long answers at once would block every stream for over 30 ms.
_CHECKPOINTS_AT_ONCE = 5
#: How many answers are copied at a time, and share a transaction.
_SAVED_AT_ONCE = 40


async def save_all(owner: str, runners: Sequence[TurnRunner]) -> None:
    """Also extends leases and reports the results to the runners."""
    for at in range(0, len(runners), _SAVED_AT_ONCE):
        await _save_together(owner, runners[at : at + _SAVED_AT_ONCE])


async def _save_together(owner: str, runners: Sequence[TurnRunner]) -> None:
    taken = []
    for runner in runners:
        taken.append(_checkpoint_of(runner))
        if len(taken) % _CHECKPOINTS_AT_ONCE == 0:
            await asyncio.sleep(0)
    result = await in_database(checkpoints.save_checkpoints, owner, taken, lease_s=conf().lease_s)
    for runner, checkpoint in zip(runners, taken, strict=True):
        runner.saved(checkpoint, result)


def _checkpoint_of(runner: TurnRunner) -> Checkpoint:
    """Falls back to extending the lease: an answer that cannot be serialised ends by itself."""
    try:
        return runner.checkpoint()
    except Exception:
        logger.exception("Turn %s has no checkpoint", runner.turn_id)
        return Checkpoint(turn_id=runner.turn_id, seq=runner.saved_seq, state=None)
