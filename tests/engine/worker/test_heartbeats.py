"""When a worker counts as dead: when it also loses its answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from chat.engine.worker.models import WorkerHeartbeat


@pytest.mark.django_db
@pytest.mark.parametrize(("lease_s", "dead_after_s"), [(12, 12), (60, 60), (2, 6)])
def test_a_worker_silent_for_a_lease_is_dead(
    configure: Callable[..., None], lease_s: float, dead_after_s: float
) -> None:
    configure(lease_s=lease_s, queue_poll_s=2)
    for name, silent_s in (("alive", dead_after_s - 1.5), ("dead", dead_after_s + 1.5)):
        WorkerHeartbeat.objects.beat(name, live_turns=0)
        seen_at = Now() - timedelta(seconds=silent_s)
        WorkerHeartbeat.objects.filter(name=name).update(seen_at=seen_at)
    assert [worker.name for worker in WorkerHeartbeat.objects.alive()] == ["alive"]
