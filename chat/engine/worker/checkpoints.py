"""Checkpoints of running turns: saves their states and statistics, and extends their leases.

Synchronous, for ``in_database``. A worker that lost a lease changes nothing: every UPDATE requires
the turn to be running and held by this worker.
"""

import logging
from dataclasses import dataclass, field, replace

from django.db import transaction

from chat.conversations.models import StreamStats, Turn
from chat.engine.worker.claims import lease_end
from chat.engine.worker.row_updates import update_rows
from chat.kernel.database import AWAY

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """A running turn's answer at event ``seq``; ``state`` is None if nothing is new."""

    turn_id: int
    seq: int
    state: str | None  # JSON, as ``Turn.answer_state`` stores it
    stats: dict[str, object] = field(default_factory=dict)  # StreamStats columns known so far


@dataclass(frozen=True)
class SaveResult:
    """The database's state of a worker's turns after saving their checkpoints."""

    ours: frozenset[int]
    to_stop: frozenset[int]
    unstorable: frozenset[int] = frozenset()


def save_checkpoints(owner: str, checkpoints: list[Checkpoint], *, lease_s: float) -> SaveResult:
    """Save new states and extend all leases, in one transaction for all turns of a worker.

    A transaction for each turn would cost a connection and a commit: 0.2 of a core at 100 turns.
    Only if the database rejects one of them does each get its own.
    """
    try:
        return _save_together(owner, checkpoints, lease_s=lease_s)
    except AWAY:
        raise
    except Exception:
        logger.exception("The joint checkpoint was rejected; saving each turn separately")
        return _save_each(owner, checkpoints, lease_s=lease_s)


def _save_each(owner: str, checkpoints: list[Checkpoint], *, lease_s: float) -> SaveResult:
    """Leases first: one turn's text must not cost the others their leases."""
    leases = [replace(each, state=None) for each in checkpoints]
    result = _save_together(owner, leases, lease_s=lease_s)
    refused = set()
    for each in checkpoints:
        try:
            _save_together(owner, [each], lease_s=lease_s)
        except AWAY:
            raise
        except Exception:
            logger.exception("Turn %s cannot be checkpointed", each.turn_id)
            refused.add(each.turn_id)
    return replace(result, unstorable=frozenset(refused))


@transaction.atomic
def _save_together(owner: str, checkpoints: list[Checkpoint], *, lease_s: float) -> SaveResult:
    ours = Turn.objects.held_by(owner).filter(pk__in=[each.turn_id for each in checkpoints])
    ours.update(lease_until=lease_end(lease_s))
    known = dict(ours.values_list("pk", "stop_requested_at"))
    changed = [each for each in checkpoints if each.state is not None and each.turn_id in known]
    # The update above locked the rows: no other worker can take a turn in between.
    update_rows(
        Turn,
        [{"id": each.turn_id, "answer_state": each.state, "seq": each.seq} for each in changed],
    )
    # So that a turn whose worker dies still reports its first token.
    update_rows(
        StreamStats, [{"turn_id": each.turn_id, **each.stats} for each in changed if each.stats]
    )
    return SaveResult(
        ours=frozenset(known),
        to_stop=frozenset(turn_id for turn_id, asked in known.items() if asked is not None),
    )
