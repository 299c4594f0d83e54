"""A database that is away for a moment ends no turn, and makes none run twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.utils import timezone

from chat.conversations.models import Turn
from chat.conversations.start import start_turn
from chat.engine.worker import assembly, claims, ends
from chat.engine.worker import worker as worker_module
from chat.engine.worker.worker import TurnWorker
from chat.kernel.database import in_database
from tests.support.eventually import eventually
from tests.support.one_passage import find_deadline
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output

Working = Callable[[], TurnWorker]
the_real_search = assembly._search  # the fixtures put another in its place


def away(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("terminating connection due to unexpected postmaster exit")


def away_once(fn: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
    """``fn``, whose first call fails before it began, or ``after`` it was committed."""
    calls: list[int] = []

    def fails_first(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            return fn(*args, **kwargs)
        if after:
            fn(*args, **kwargs)
        return away()

    return fails_first


@pytest.fixture
def ask(transactional_db: None, analyst: User) -> Callable[..., Any]:
    async def queue() -> Turn:
        return await in_database(
            start_turn,
            user=analyst,
            question="report suspicious",
            idempotency_key="k",
            analysis_type="general",
            conversation=None,
        )

    return queue


async def ended(turn: Turn) -> Turn:
    return await eventually(
        lambda: Turn.objects.filter(pk=turn.pk).exclude(status__in=["queued", "running"]).first()
    )


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("module", "step"),
    [(claims, "claim_next"), (claims, "load_work"), (ends, "save_end")],
)
async def test_a_turn_outlives_a_database_that_fails_at(
    module: ModuleType,
    step: str,
    after: bool,
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.")))
    turn = await ask()
    monkeypatch.setattr(module, step, away_once(getattr(module, step), after=after))
    working()
    stored = await ended(turn)
    assert (stored.status, stored.answer.response) == ("done", "Thirty days.")
    assert len(connected.requests) == 1


async def test_a_search_that_fails_is_made_again(
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await find_deadline("report suspicious", "")
    monkeypatch.setattr(assembly, "retrieve", away_once(lambda *args, **kwargs: found))
    monkeypatch.setattr(assembly, "_search", the_real_search)
    connected.plays(Says(chat_output(response="Thirty days.")))
    working()
    assert (await ended(await ask())).status == "done"


async def test_a_process_that_stood_still_does_not_take_its_own_turns_for_lost(
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    configure: Callable[..., None],
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(), gate=gate))
    configure(checkpoint_every_s=3600.0)  # it looks before it saves
    worker, turn = working(), await ask()
    await connected.has_requests(1)
    past = timezone.now() - timedelta(minutes=1)
    await in_database(Turn.objects.filter(pk=turn.pk).update, lease_until=past)
    await worker._recover()
    gate.set()
    assert (await ended(turn)).status == "done"


async def test_leases_that_ran_out_while_the_database_was_away_are_not_held_against_anybody(
    working: Working, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_OTHERS_FIRST_S", 1e9)
    monkeypatch.setattr(claims, "claim_next", away)
    worker = working()
    await eventually(lambda: worker._recovers_from > 1e8)
    turn = await ask()
    held = {"status": "running", "lease_owner": "another worker", "lease_until": timezone.now()}
    await in_database(Turn.objects.filter(pk=turn.pk).update, **held)
    await worker._recover()
    assert (await in_database(Turn.objects.get, pk=turn.pk)).status == "running"
    worker._recovers_from = 0.0
    await worker._recover()
    assert (await in_database(Turn.objects.get, pk=turn.pk)).status == "interrupted"
