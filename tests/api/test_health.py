"""Health names each part and is 200 only when all are well."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from channels.routing import ProtocolTypeRouter
from django.db import OperationalError
from django.utils import timezone

from chat.engine.delivery.routing import InProcessWorker
from chat.engine.event_log import event_log
from chat.engine.worker import assembly, health
from chat.engine.worker.models import WorkerHeartbeat
from chat.kernel.database import in_database
from tests.api.conftest import question
from tests.api.program import Program
from tests.support.provider_stand_in import ProviderStandIn, Refuses, Says, chat_output


async def ask(site: Any) -> tuple[int, Any]:
    async with Program(site, token="").get("/api/health", authorization="") as reply:
        return reply.status, await reply.json()


def unwell(told: Any) -> set[str]:
    return {name for name, check in told["checks"].items() if not check["ok"]}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker will come: do not wait for its first beat."""
    monkeypatch.setattr(health, "_FIRST_BEAT_S", 0.0)


@pytest.fixture
def keyless(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    configure(model="openai/gpt-5-mini")


async def test_all_is_well_with_a_worker(program: Program, site: Any) -> None:
    status, told = await ask(site)
    assert (status, told["ok"]) == (200, True)
    assert list(told["checks"]) == ["database", "log", "worker", "provider", "library"]
    assert all(check["detail"].endswith(".") for check in told["checks"].values())


async def test_the_first_request_starts_the_worker_and_finds_it_well(
    site: Any, quick: None, library_of_one: None
) -> None:
    application = InProcessWorker(ProtocolTypeRouter({"http": site}))
    try:
        status, told = await ask(application)
    finally:
        assert application._listening is not None
        application._listening.cancel()
        await assembly.aclose()
    assert (status, unwell(told)) == (200, set())


async def test_without_a_worker_it_says_so(site: Any, hasty: None) -> None:
    status, told = await ask(site)
    assert (status, told["ok"], unwell(told)) == (503, False, {"worker"})


async def test_the_last_beat_of_a_restarted_process_is_no_worker(site: Any, hasty: None) -> None:
    now = timezone.now()
    await in_database(WorkerHeartbeat.objects.create, name="before", started_at=now, seen_at=now)
    status, told = await ask(site)
    assert (status, unwell(told)) == (503, {"worker"})


async def well() -> health.Check:
    return health.Check(True, "A shared log.")


async def test_external_workers_count_while_they_beat(
    site: Any, hasty: None, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(worker="external")
    monkeypatch.setattr(health, "_log", well)
    now = timezone.now()
    beat = await in_database(
        WorkerHeartbeat.objects.create, name="far", started_at=now, seen_at=now, live_turns=3
    )
    status, told = await ask(site)
    assert (status, told["checks"]["worker"]["detail"]) == (
        200,
        "Live workers: 1. Running turns: 3.",
    )
    beat.seen_at = now - timedelta(minutes=1)
    await in_database(beat.save)
    assert unwell((await ask(site))[1]) == {"worker"}


async def test_external_workers_without_a_shared_log_are_told(
    site: Any, hasty: None, configure: Callable[..., None]
) -> None:
    configure(worker="external")
    now = timezone.now()
    await in_database(WorkerHeartbeat.objects.create, name="far", started_at=now, seen_at=now)
    assert unwell((await ask(site))[1]) == {"log"}


async def test_a_second_process_with_a_log_of_its_own_is_told(program: Program, site: Any) -> None:
    now = timezone.now() + timedelta(seconds=1)
    await in_database(WorkerHeartbeat.objects.create, name="second", started_at=now, seen_at=now)
    status, told = await ask(site)
    assert (status, unwell(told)) == (503, {"log"})
    assert "REDIS_URL" in told["checks"]["log"]["detail"]


async def test_a_model_without_its_key_is_named(keyless: None, program: Program, site: Any) -> None:
    status, told = await ask(site)
    assert (status, unwell(told)) == (503, {"provider"})
    assert "OLIVER_API_KEY" in told["checks"]["provider"]["detail"]


async def test_what_the_provider_did_lately_is_told_and_is_no_reason_to_be_unwell(
    connected: ProviderStandIn, program: Program, site: Any
) -> None:
    connected.plays(Refuses(401, "invalid_api_key"), Says(chat_output()))
    for _ in range(2):
        async with program.post("/api/chat/stream", question()) as reply:
            assert [event async for event in reply.events()]
    status, told = await ask(site)
    assert status == 200
    detail = told["checks"]["provider"]["detail"]
    assert detail.endswith("2 answers in the last 10 minutes. Failed: provider_auth: 1.")


async def test_a_broken_database_is_named_and_its_reason_kept_from_strangers(
    program: Program, site: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise OperationalError("no route to db.internal.example")

    monkeypatch.setattr(health, "_database", broken)
    status, told = await ask(site)
    assert (status, unwell(told)) == (503, {"database"})
    assert "db.internal" not in str(told)
    assert "db.internal" in caplog.text


async def test_a_sick_log_is_named(
    program: Program, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sick() -> bool:
        return False

    monkeypatch.setattr(event_log(), "healthy", sick)
    status, told = await ask(site)
    assert (status, unwell(told)) == (503, {"log"})


async def test_a_part_that_hangs_does_not_hang_the_answer(
    program: Program, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_PATIENCE_S", 0.05)
    monkeypatch.setattr(event_log(), "healthy", asyncio.Event().wait)
    status, told = await ask(site)
    assert status == 503
    assert "log" in unwell(told)


async def test_provider_info_says_what_answers(program: Program) -> None:
    async with program.get("/api/provider/info") as reply:
        told = await reply.json()
    assert told == {
        "model": None,
        "engine": "quote",
        "adapter": "chat",
        "response_format": "none",
        "label": "the library",
        "healthy": True,
        "problem": "",
    }
