"""What nobody needs any more is removed while Oliver runs, and nothing else."""

from datetime import timedelta
from time import time

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat.accounts.models import RequestCount
from chat.conversations.models import Conversation
from chat.engine.worker import worker as worker_module
from chat.engine.worker.housekeeping import tidy
from chat.engine.worker.models import WorkerHeartbeat
from chat.engine.worker.worker import TurnWorker
from tests.support.eventually import eventually

MINUTE = int(time() // 60)


def beat(name: str, *, ago: timedelta) -> None:
    seen_at = timezone.now() - ago
    WorkerHeartbeat.objects.create(name=name, started_at=seen_at, seen_at=seen_at)


@pytest.fixture
def leftovers(transactional_db: None, analyst: User) -> None:
    beat("dead since yesterday", ago=timedelta(days=1))
    beat("alive", ago=timedelta(seconds=1))
    RequestCount.objects.create(key="old", minute=MINUTE - 100, count=1)
    RequestCount.objects.create(key="new", minute=MINUTE, count=1)
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", expire_date=now + timedelta(days=1))
    for title, days in (("old", 30), ("new", 1)):
        Conversation.objects.create(
            owner=analyst, title=title, deleted_at=now - timedelta(days=days)
        )


def test_past_rows_go_and_present_ones_stay(leftovers: None) -> None:
    tidy()
    assert set(WorkerHeartbeat.objects.values_list("name", flat=True)) == {"alive"}
    assert set(RequestCount.objects.values_list("key", flat=True)) == {"new"}
    assert set(Session.objects.values_list("session_key", flat=True)) == {"new"}
    assert set(Conversation.objects.values_list("title", flat=True)) == {"new"}


async def test_a_running_worker_tidies(
    leftovers: None, working: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_FIRST_TIDY_S", 0.0)
    assert callable(working)
    running: TurnWorker = working()
    await eventually(
        lambda: (
            not WorkerHeartbeat.objects.filter(name="dead since yesterday").exists()
            and WorkerHeartbeat.objects.filter(name=running.name).exists()
        )
    )
