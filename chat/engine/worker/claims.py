"""Claims queued turns for one worker each, under a lease, and reads what their runners need.

Synchronous, for ``in_database``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from chat.conversations.earlier_exchanges import exchanges_before
from chat.conversations.models import Turn
from chat.conversations.models.turn import Unfinished
from chat.engine.assistant.history import Exchange
from chat.kernel.chunks import AnalysisType


@dataclass(frozen=True)
class Work:
    turn_id: int
    question: str
    analysis_type: AnalysisType
    exchanges: list[Exchange]
    queued_at: datetime
    started_at: datetime  # by the database's clock, and never before it was queued
    stop_requested: bool


def claim_next(owner: str, *, most: int, lease_s: float) -> list[int]:
    """Claim up to ``most`` queued turns, oldest first. No turn is claimed twice."""
    if connection.features.has_select_for_update_skip_locked:
        return _claim_locked(owner, most=most, lease_s=lease_s)
    queued = list(Turn.objects.queued().values_list("pk", flat=True)[:most])
    if not queued:
        return []
    won = Turn.objects.filter(pk__in=queued, status=Unfinished.QUEUED).update(
        status=Unfinished.RUNNING, lease_owner=owner, lease_until=lease_end(lease_s)
    )
    if won == len(queued):
        return queued
    # Other workers claimed some of them. Ours are those that were free before.
    return list(Turn.objects.held_by(owner).filter(pk__in=queued).values_list("pk", flat=True))


@transaction.atomic
def _claim_locked(owner: str, *, most: int, lease_s: float) -> list[int]:
    """Concurrent workers get different turns without waiting for each other."""
    queued = Turn.objects.queued().select_for_update(skip_locked=True)
    claimed = list(queued.values_list("pk", flat=True)[:most])
    Turn.objects.filter(pk__in=claimed).update(
        status=Unfinished.RUNNING, lease_owner=owner, lease_until=lease_end(lease_s)
    )
    return claimed


def claimed_unheard(owner: str, *, begun: Collection[int], lease_s: float) -> list[int]:
    """Turns under this worker's lease that it has not ``begun``; renews their leases."""
    unheard = list(Turn.objects.held_by(owner).exclude(pk__in=begun).values_list("pk", flat=True))
    Turn.objects.held_by(owner).filter(pk__in=unheard).update(lease_until=lease_end(lease_s))
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


def lease_end(lease_s: float) -> CombinedExpression:
    """Uses the database's clock: a worker with a wrong clock must neither steal turns nor hide lost
    ones.
    """
    return Now() + timedelta(seconds=lease_s)
