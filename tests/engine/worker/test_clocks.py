"""Workers whose wall clocks differ: the database's clock decides between processes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from chat.conversations.models import Turn
from chat.conversations.start import start_turn
from chat.engine.worker import checkpoints, claims, ends, turn_timing
from chat.engine.worker.models import WorkerHeartbeat
from chat.engine.worker.turn_timing import TurnClock
from chat.kernel.chunks import text_chunk

pytestmark = pytest.mark.django_db
LEASE_S = 15
OFF = [timedelta(minutes=5), timedelta(minutes=-5)]


@pytest.fixture
def turn(analyst: User) -> Turn:
    return start_turn(
        user=analyst,
        question="report suspicious",
        analysis_type="general",
        conversation=None,
        idempotency_key="k",
    )


@pytest.fixture
def clock_off_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """From now on this process believes another time; the database does not."""
    true_now = timezone.now

    def change(off: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: true_now() + off)

    return change


@pytest.mark.parametrize("off", OFF)
def test_a_worker_whose_clock_is_off_steals_no_live_turn(
    turn: Turn, clock_off_by: Any, off: timedelta
) -> None:
    claims.claim_next("somebody else", most=1, lease_s=LEASE_S)
    clock_off_by(off)
    assert ends.lost() == []
    assert not ends.interrupt(turn.pk, unsaved=[])


@pytest.mark.parametrize("off", OFF)
def test_a_worker_whose_clock_is_off_leaves_no_turn_for_ever_and_loses_none_at_once(
    turn: Turn, clock_off_by: Any, off: timedelta
) -> None:
    true_now = timezone.now()
    clock_off_by(off)
    claims.claim_next("off", most=1, lease_s=LEASE_S)
    checkpoints.save_checkpoints(
        "off", [checkpoints.Checkpoint(turn.pk, seq=0, state=None)], lease_s=LEASE_S
    )
    turn.refresh_from_db()
    assert turn.lease_until is not None
    left = turn.lease_until - true_now
    assert timedelta(seconds=LEASE_S - 1) < left < timedelta(seconds=LEASE_S + 5)


@pytest.mark.parametrize("off", OFF)
def test_a_worker_whose_clock_is_off_is_seen_alive(clock_off_by: Any, off: timedelta) -> None:
    clock_off_by(off)
    WorkerHeartbeat.objects.beat("off", live_turns=2)
    WorkerHeartbeat.objects.beat("off", live_turns=3)
    alive = WorkerHeartbeat.objects.alive()
    assert list(alive.values_list("name", "live_turns")) == [("off", 3)]


def test_a_clock_that_jumps_in_the_middle_tells_no_nonsense(
    clock_off_by: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = iter([100.0, 100.5, 101.0, 102.0, 103.0])
    monkeypatch.setattr(turn_timing, "monotonic", lambda: next(passed))
    queued_at = timezone.now()
    clock = TurnClock(queued_at, queued_at + timedelta(seconds=1), next(passed))
    clock_off_by(timedelta(hours=-1))
    clock.see(text_chunk("response", "Thirty days."))
    assert clock.summary() == {"first_token_ms": 1500, "total_ms": 2000}
    assert clock.elapsed_ms() == 2000


def test_a_turn_never_starts_before_it_was_queued(turn: Turn) -> None:
    ahead = timezone.now() + timedelta(minutes=5)  # the web server's clock
    Turn.objects.filter(pk=turn.pk).update(created_at=ahead)
    assert claims.load_work(turn.pk).started_at == ahead
