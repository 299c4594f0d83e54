"""One character in a model's text stops nobody: it is cleaned where it enters, and a turn that
cannot be stored all the same ends alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from chat.conversations.models import StoredArtifact, Turn
from chat.conversations.start import start_turn
from chat.conversations.turn_html import turn_html
from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.event_log import Event, event_log
from chat.engine.worker import checkpoints, claims, ends
from chat.engine.worker.recovery import end_lost_turns
from chat.engine.worker.worker import TurnWorker
from chat.kernel.chunks import StreamChunk, done_chunk, text_chunk
from chat.kernel.database import in_database
from tests.support.eventually import eventually
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output, json_output

Working = Callable[[], TurnWorker]
Ask = Callable[..., Any]
HALF, PAIR, NUL = "\ud83d", "\ud83d\udea8", "\0"
DIRTY = f"{NUL}{HALF} {PAIR}"
CLEAN = "\ufffd 🚨"
FINDING = {"title": DIRTY, "severity": "high", "explanation": f"Late {DIRTY}"}
ARTIFACT = {"kind": "memo", "title": f"Memo {DIRTY}", "content": DIRTY}
WRITTEN: dict[str, Any] = {
    "reasoning": f"Why {DIRTY}",
    "analysis": f"How {DIRTY}",
    "response": f"Thirty days. {DIRTY} So.",
    "findings": [FINDING],
    "artifacts": [ARTIFACT],
}


@pytest.fixture
def ask(transactional_db: None, analyst: User) -> Ask:
    async def queue(question: str = "report suspicious") -> Turn:
        return await in_database(
            start_turn,
            user=analyst,
            question=question,
            idempotency_key=question.replace(" ", "-"),
            analysis_type="general",
            conversation=None,
        )

    return queue


async def ended(turn: Turn) -> Turn:
    over = Turn.objects.filter(pk=turn.pk).exclude(status__in=["queued", "running"])
    return await eventually(over.first)


async def events(turn: Turn) -> list[Event]:
    return [event async for batch in event_log().follow(turn.pk) for event in batch]


@pytest.mark.parametrize("piece", [1, 7, 10_000], ids=["cut in two", "in pieces", "whole"])
@pytest.mark.parametrize("adapter", ["chat", "json"])
async def test_an_answer_with_such_characters_is_whole_without_them(
    adapter: str,
    piece: int,
    connected: ProviderStandIn,
    configure: Callable[..., None],
    working: Working,
    ask: Ask,
) -> None:
    configure(adapter=adapter)
    output = chat_output if adapter == "chat" else json_output
    connected.plays(Says(output(**WRITTEN), piece=piece))
    working()
    turn = await ended(await ask())
    assert (turn.status, turn.error_code) == ("done", "")
    answer = turn.answer
    assert answer.reasoning == f"Why {CLEAN}"
    assert answer.response == f"Thirty days. {CLEAN} So."
    assert answer.findings[0].title == CLEAN
    assert await in_database(StoredArtifact.objects.get, turn=turn.pk, content=CLEAN)
    assert "Thirty days." in await in_database(turn_html, turn)
    told = [event.chunk for event in await events(turn)]
    assert "\ufffd" in str(told)
    assert [chunk for chunk in told if chunk.replaces and chunk.field != "response"] == []


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question "poison" gets text that was cleaned nowhere."""
    good = StreamingOliverAssistant.stream_response

    async def stream(self: Any, query: str, *args: Any) -> AsyncIterator[StreamChunk]:
        if query == "poison":
            yield raw_chunk(HALF)
            yield done_chunk()
            return
        async for chunk in good(self, query, *args):
            yield chunk

    monkeypatch.setattr(StreamingOliverAssistant, "stream_response", stream)


def raw_chunk(text: str) -> StreamChunk:
    return StreamChunk.model_construct(
        type="content", field="response", content=text, metadata={}, done=False
    )


async def test_of_turns_at_once_only_the_poisoned_one_fails(
    poisoned: None, connected: ProviderStandIn, working: Working, ask: Ask
) -> None:
    connected.plays(Says(chat_output(reasoning="Word " * 60)))
    turns = [await ask(question) for question in ("one", "two", "poison", "four", "five")]
    working()
    assert [(await ended(turn)).status for turn in turns] == [
        "done", "done", "failed", "done", "done"
    ]  # fmt: skip
    assert (await ended(await ask("six"))).status == "done"
    page = await in_database(lambda: turn_html(Turn.objects.get(pk=turns[2].pk)))
    assert 'data-outcome="failed"' in page


async def test_a_refused_checkpoint_keeps_no_other_from_being_stored_and_no_lease_from_growing(
    ask: Ask,
) -> None:
    turns = [await ask(question) for question in ("one", "poison", "three")]
    await in_database(claims.claim_next, "worker", most=3, lease_s=1)
    states = ['{"response": "a"}', f'{{"response": "{HALF}"}}', '{"response": "c"}']
    taken = [
        checkpoints.Checkpoint(turn.pk, seq=1, state=state)
        for turn, state in zip(turns, states, strict=True)
    ]
    result = await in_database(checkpoints.save_checkpoints, "worker", taken, lease_s=600)
    assert result.ours == {turn.pk for turn in turns}
    assert result.unstorable == {turns[1].pk}
    stored = await in_database(lambda: list(Turn.objects.order_by("pk")))
    assert [turn.answer.response for turn in stored] == ["a", "", "c"]
    soon = timezone.now() + timedelta(seconds=60)
    assert all(turn.lease_until and turn.lease_until > soon for turn in stored)


async def test_a_turn_whose_checkpoints_are_refused_fails_and_frees_its_conversation(
    connected: ProviderStandIn, working: Working, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = checkpoints.save_checkpoints

    def refuse(*args: Any, **kwargs: Any) -> checkpoints.SaveResult:
        result = save(*args, **kwargs)
        return checkpoints.SaveResult(result.ours, result.to_stop, unstorable=result.ours)

    monkeypatch.setattr(checkpoints, "save_checkpoints", refuse)
    connected.plays(Says(chat_output(), gate=asyncio.Event(), gate_at=50))
    working()
    turn = await ended(await ask())
    assert (turn.status, turn.error_code) == ("failed", "internal")


async def test_recovery_ends_every_lost_turn_whatever_one_of_them_wrote(ask: Ask) -> None:
    turns = [await ask(question) for question in ("one", "poison", "malformed", "four")]
    log = event_log()
    for turn in turns:
        await log.open(turn.pk)
        await log.append(turn.pk, [text_chunk("response", "a")])
    await log.append(turns[1].pk, [raw_chunk(HALF)])
    await in_database(
        Turn.objects.update,
        status="running",
        lease_owner="a worker that died",
        lease_until=timezone.now() - timedelta(seconds=1),
    )
    await in_database(
        Turn.objects.filter(pk=turns[2].pk).update, answer_state={"response": ["no text"]}
    )
    await end_lost_turns(log, running=[])
    stored = await in_database(lambda: list(Turn.objects.order_by("pk")))
    assert {(turn.status, turn.error_code) for turn in stored} == {("interrupted", "interrupted")}
    assert [stored[0].answer.response, stored[3].answer.response] == ["a", "a"]
    for turn in turns:
        assert (await events(turn))[-1].chunk.done


async def test_a_turn_that_cannot_be_ended_keeps_no_other_from_its_end(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [await ask(question) for question in ("poison", "two")]
    interrupt = ends.interrupt

    def fails(turn_id: int, **kwargs: Any) -> bool:
        if turn_id == turns[0].pk:
            raise UnicodeError("surrogates not allowed")
        return interrupt(turn_id, **kwargs)

    monkeypatch.setattr(ends, "interrupt", fails)
    past = timezone.now() - timedelta(seconds=1)
    await in_database(Turn.objects.update, status="running", lease_until=past)
    await end_lost_turns(event_log(), running=[])
    statuses = await in_database(lambda: list(Turn.objects.values_list("status", flat=True)))
    assert statuses == ["running", "interrupted"]
