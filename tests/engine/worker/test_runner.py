"""A turn from the queue to its end: log, database, statistics, stop and failure."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from chat.conversations.models import StreamStats, Turn
from chat.conversations.start import start_turn
from chat.conversations.stop import request_stop
from chat.engine.event_log import Event, event_log
from chat.engine.worker import claims, ends
from chat.engine.worker.models import WorkerHeartbeat
from chat.engine.worker.worker import TurnWorker
from chat.kernel.chunks import done_chunk, text_chunk
from chat.kernel.database import in_database
from tests.support.eventually import eventually
from tests.support.provider_stand_in import ProviderStandIn, Refuses, Says, chat_output

CHECKLIST = {"kind": "checklist", "title": "Steps", "content": "- [ ] File"}
Working = Callable[[], TurnWorker]


@pytest.fixture
def ask(transactional_db: None, analyst: User) -> Callable[..., Any]:
    """``await ask("question")`` queues a turn in a conversation of its own."""

    async def queue(question: str = "report suspicious", key: str = "k", **changes: Any) -> Turn:
        return await in_database(
            start_turn,
            user=analyst,
            question=question,
            idempotency_key=key,
            **{"analysis_type": "general", "conversation": None, **changes},
        )

    return queue


async def ended(turn: Turn) -> Turn:
    return await eventually(
        lambda: Turn.objects.filter(pk=turn.pk).exclude(status__in=["queued", "running"]).first()
    )


async def events(turn: Turn) -> list[Event]:
    return [event async for batch in event_log().follow(turn.pk) for event in batch]


async def test_an_answer_is_in_the_log_and_in_the_database(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.", artifacts=[CHECKLIST])))
    working()
    turn = await ended(await ask())
    assert turn.status == "done"
    assert turn.answer.response == "Thirty days."
    told = await events(turn)
    assert [event.seq for event in told] == list(range(1, turn.seq + 1))
    assert [event.chunk.done for event in told].count(True) == 1
    assert told[-1].chunk.metadata["outcome"] == "done"
    artifacts = await in_database(lambda: list(turn.artifacts.values_list("kind", "title")))
    assert artifacts == [("checklist", "Steps")]
    reply = await in_database(lambda: Turn.objects.select_related("reply").get(pk=turn.pk).reply)
    assert reply is not None
    assert reply.text == "Thirty days."


async def test_statistics_tell_every_moment(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output()))
    working()
    turn = await ended(await ask())
    stats = await in_database(StreamStats.objects.get, pk=turn.pk)
    moments = [
        stats.queued_at,
        stats.started_at,
        stats.first_status_at,
        stats.first_token_at,
        stats.ended_at,
    ]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert (turn.outcome, stats.model, stats.engine) == ("done", "openai/stand-in", "native")
    assert (stats.tokens_in, stats.tokens_out) == (11, 22)
    assert stats.chunk_count == turn.seq


async def test_text_and_statistics_are_in_the_database_before_the_answer_ends(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(reasoning="Word " * 40), gate=gate, gate_at=100))
    working()
    turn = await ask()
    await eventually(
        lambda: "Word" in Turn.objects.get(pk=turn.pk).answer_state.get("reasoning", "")
    )
    stats = await in_database(StreamStats.objects.get, pk=turn.pk)
    assert stats.started_at
    assert stats.first_token_at
    assert stats.ended_at is None
    gate.set()
    assert (await ended(turn)).status == "done"


async def test_a_stop_keeps_the_text_and_reaches_the_provider(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output(reasoning="Word " * 40), gate=asyncio.Event(), gate_at=100))
    working()
    turn = await ask()
    await eventually(
        lambda: "Word" in Turn.objects.get(pk=turn.pk).answer_state.get("reasoning", "")
    )
    await in_database(request_stop, turn)
    turn = await ended(turn)
    await connected.disconnected.wait()
    assert turn.status == "stopped"
    assert turn.answer.reasoning.startswith("Word")
    facts = (await events(turn))[-1].chunk.metadata
    assert (facts["outcome"], facts["model"]) == ("stopped", "openai/stand-in")
    stats = await in_database(StreamStats.objects.get, pk=turn.pk)
    assert stats.model == "openai/stand-in"


async def test_a_turn_stopped_while_it_waits_never_reaches_the_provider(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output()))
    turn = await ask()
    await in_database(request_stop, turn)
    working()
    assert (await ended(turn)).status == "stopped"
    assert connected.requests == []


async def test_a_failure_ends_its_turn_and_no_other(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Refuses(401, "invalid_api_key"), Says(chat_output()))
    worker = working()
    failed = await ended(await ask(key="1"))
    good = await ended(await ask(key="2"))
    assert (failed.status, failed.error_code) == ("failed", "provider_auth")
    assert good.status == "done"
    assert worker.name


async def test_no_more_turns_run_at_once_than_allowed(
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    configure: Callable[..., None],
) -> None:
    configure(max_live_turns=2)
    gate = asyncio.Event()
    connected.plays(Says(chat_output(), gate=gate))
    turns = [await ask(key=str(n)) for n in range(5)]
    working()
    await connected.has_requests(2)
    running = await in_database(Turn.objects.filter(status="running").count)
    assert (running, len(connected.requests)) == (2, 2)
    gate.set()
    assert {(await ended(turn)).status for turn in turns} == {"done"}


async def test_two_workers_never_run_one_turn_twice(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    from chat.engine.worker.assembly import assistant

    connected.plays(Says(chat_output()))
    turns = [await ask(key=str(n)) for n in range(12)]
    second = TurnWorker(assistant=assistant(), log=event_log())
    second.start()
    working()
    try:
        assert {(await ended(turn)).status for turn in turns} == {"done"}
    finally:
        await second.aclose()
    assert len(connected.requests) == 12


async def test_a_runner_that_lost_its_lease_writes_nothing_more(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output(reasoning="Word " * 40), gate=asyncio.Event(), gate_at=100))
    working()
    turn = await ask()
    await connected.has_requests(1)
    await in_database(
        Turn.objects.filter(pk=turn.pk).update,
        lease_owner="somebody else",
        lease_until=timezone.now() + timedelta(minutes=1),
        answer_state={"response": "theirs"},
    )
    await connected.disconnected.wait()
    turn = await in_database(Turn.objects.get, pk=turn.pk)
    assert (turn.status, turn.answer.response) == ("running", "theirs")


async def test_a_lost_turn_is_interrupted_with_its_text_and_its_readers_are_told(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    turn = await ask()
    await in_database(
        Turn.objects.filter(pk=turn.pk).update,
        status="running",
        lease_owner="a worker that died",
        lease_until=timezone.now() - timedelta(seconds=1),
        answer_state={"response": "A bank must"},
        seq=4,
    )
    reader = asyncio.create_task(events(turn))
    await asyncio.sleep(0)
    working()
    turn = await ended(turn)
    assert (turn.status, turn.answer.response) == ("interrupted", "A bank must")
    assert turn.error_code == "interrupted"
    [end] = await reader
    assert end.chunk.error is not None
    assert end.chunk.error.code == "interrupted"


async def test_a_lost_turn_gets_the_text_that_only_the_log_has(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    turn = await ask()
    await event_log().open(turn.pk)
    await event_log().append(turn.pk, [text_chunk("response", text) for text in "abc"])
    await in_database(
        Turn.objects.filter(pk=turn.pk).update,
        status="running",
        lease_owner="a worker that died",
        lease_until=timezone.now() - timedelta(seconds=1),
        answer_state={"response": "a"},
        seq=1,
    )
    working()
    turn = await ended(turn)
    assert (turn.status, turn.answer.response, turn.seq) == ("interrupted", "abc", 4)
    assert [event.seq for event in await events(turn)] == [1, 2, 3, 4]


async def test_a_worker_that_retires_lets_its_turns_end(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(), gate=gate))
    worker = working()
    turn, late = await ask(key="1"), None
    await connected.has_requests(1)
    retiring = asyncio.create_task(worker.drain(grace_s=20))
    await eventually(lambda: worker._draining)
    late = await ask(key="2")
    await worker.look()
    gate.set()
    await retiring
    assert (await ended(turn)).status == "done"
    assert (await in_database(Turn.objects.get, pk=late.pk)).status == "queued"
    assert not await in_database(WorkerHeartbeat.objects.filter(name=worker.name).exists)


async def test_a_worker_that_retires_interrupts_what_does_not_end_in_time(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output(reasoning="Word " * 40), gate=asyncio.Event(), gate_at=100))
    worker = working()
    turn = await ask()
    await eventually(
        lambda: "Word" in Turn.objects.get(pk=turn.pk).answer_state.get("reasoning", "")
    )
    await worker.drain(grace_s=0)
    turn = await ended(turn)
    assert (turn.status, turn.error_code) == ("interrupted", "interrupted")
    assert turn.answer.reasoning.startswith("Word")
    assert (await events(turn))[-1].chunk.metadata["outcome"] == "interrupted"
    await connected.disconnected.wait()


async def test_a_failure_is_logged_once_with_its_turn_and_cause_which_no_reader_sees(
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    connected.plays(Refuses(401, "invalid_api_key", "Incorrect key sk-test of gateway-7"))
    working()
    turn = await ended(await ask())
    told = str([event.chunk.model_dump_json() for event in await events(turn)])
    said = [
        line.getMessage() for line in caplog.records if line.name == "chat.engine.worker.runner"
    ]
    assert len(said) == 1
    assert said[0].startswith(f"Turn {turn.pk} failed: provider_auth. ")
    assert "gateway-7" in said[0]
    assert "sk-test" not in said[0]
    assert "gateway-7" not in told + str(turn.answer_state)


async def test_a_turn_within_its_lease_is_left_alone(ask: Callable[..., Any]) -> None:
    turn = await ask()
    await in_database(claims.claim_next, "worker", most=1, lease_s=60)
    assert await in_database(ends.lost) == []
    assert not await in_database(ends.interrupt, turn.pk, unsaved=[])
    assert (await in_database(Turn.objects.get, pk=turn.pk)).status == "running"


async def test_a_running_worker_is_seen(working: Working) -> None:
    worker = working()
    await eventually(lambda: WorkerHeartbeat.objects.alive().filter(pk=worker.name).exists())


async def test_what_was_said_before_goes_to_the_model(
    connected: ProviderStandIn, working: Working, ask: Callable[..., Any]
) -> None:
    connected.plays(Says(chat_output(response="Thirty days, I said.")))
    working()
    first = await ended(await ask(key="1"))
    conversation = await in_database(lambda: Turn.objects.get(pk=first.pk).conversation)
    await ended(await ask("is it suspicious?", key="2", conversation=conversation))
    assert "Thirty days, I said." in str(connected.requests[1]["messages"])


async def test_an_unforeseen_failure_still_ends_the_turn(
    working: Working, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat.engine.assistant.streaming import StreamingOliverAssistant

    async def broken(*args: Any, **kwargs: Any) -> Any:
        yield text_chunk("response", "half")
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(StreamingOliverAssistant, "stream_response", broken)
    working()
    turn = await ended(await ask())
    assert (turn.status, turn.error_code) == ("failed", "internal")
    assert turn.answer.response == "half"


async def test_the_end_reaches_readers_even_when_it_cannot_be_stored(
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: Any, **kwargs: Any) -> bool:
        raise OSError("no space left")

    connected.plays(Says(chat_output()))
    monkeypatch.setattr(ends, "save_end", full)
    working()
    turn = await ask()
    assert (await events(turn))[-1].chunk.type == done_chunk().type


@pytest.mark.parametrize(
    ("limit", "gate_at", "code"),
    [
        ({"answer_max_chars": 1_000}, 5_000, "answer_too_long"),
        ({"answer_max_s": 0.5}, 100, "answer_took_too_long"),
    ],
)
async def test_an_answer_without_an_end_is_cut_and_kept(
    limit: dict[str, Any],
    gate_at: int,
    code: str,
    connected: ProviderStandIn,
    working: Working,
    ask: Callable[..., Any],
    configure: Callable[..., None],
) -> None:
    configure(**limit)
    endless = chat_output(reasoning="Word " * 2_000)
    connected.plays(Says(endless, gate=asyncio.Event(), gate_at=gate_at))
    working()
    turn = await ended(await ask())
    assert (turn.status, turn.error_code) == ("failed", code)
    assert turn.answer.reasoning.startswith("Word")
    assert len(turn.answer.reasoning) <= 1_000
    await connected.disconnected.wait()
