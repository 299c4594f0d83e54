"""Following, reading and stopping a turn over the API."""

import asyncio
from typing import Any

from chat.conversations.models import Turn
from chat.engine.event_log import event_log
from chat.kernel.database import in_database
from tests.api.conftest import question
from tests.api.program import Event, Program
from tests.api.test_ask import ASK, answer_of, ask
from tests.support.eventually import eventually
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output


def said(events: list[Event]) -> dict[str, Any]:
    """The answer, without how it was made."""
    return answer_of(events).model_dump(exclude={"metadata"})


async def test_following_after_an_event_tells_what_came_later(program: Program) -> None:
    headers, events = await ask(program, question())
    path = f"/api/turns/{headers['x-oliver-turn']}/stream"
    async with program.get(f"{path}?every_token=1&after=3") as reply:
        assert await reply.all_events() == events[3:]
    async with program.get(f"{path}?every_token=1", last_event_id="5") as reply:
        assert await reply.all_events() == events[5:]
    async with program.get(f"{path}?every_token=1&after=3", last_event_id="5") as reply:
        assert await reply.all_events() == events[5:]


async def test_following_from_the_start_tells_everything(program: Program) -> None:
    headers, events = await ask(program, question())
    path = f"/api/turns/{headers['x-oliver-turn']}/stream?every_token=1"
    async with program.get(path) as reply:
        assert await reply.all_events() == events


async def test_a_program_ahead_of_the_log_gets_whole_values(program: Program) -> None:
    headers, events = await ask(program, question())
    path = f"/api/turns/{headers['x-oliver-turn']}/stream"
    async with program.get(f"{path}?after=9999") as reply:
        told = await reply.all_events()
    assert all(event.data["metadata"].get("replace") for event in told if event.data["field"])
    assert said(told) == said(events)


async def test_a_turn_that_has_left_the_log_is_told_from_the_database(program: Program) -> None:
    headers, events = await ask(program, question())
    event_log.cache_clear()  # as after a restart
    async with program.get(f"/api/turns/{headers['x-oliver-turn']}/stream") as reply:
        assert said(await reply.all_events()) == said(events)


async def test_reading_a_turn_tells_answer_and_statistics(
    connected: ProviderStandIn, program: Program
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.")))
    headers, events = await ask(program, question())
    async with program.get(f"/api/turns/{headers['x-oliver-turn']}") as reply:
        told = await reply.json()
    assert (told["status"], told["question"]) == ("done", "report suspicious activity")
    assert told["seq"] == len(events)
    assert told["answer"]["response"] == "Thirty days."
    stats = told["stats"]
    assert (stats["model"], stats["engine"], stats["adapter"]) == (
        "openai/stand-in",
        "native",
        "json",
    )
    assert (stats["tokens_in"], stats["tokens_out"]) == (11, 22)
    assert 0 <= stats["first_token_ms"] <= stats["total_ms"]


async def test_stopping_ends_the_stream_and_keeps_the_text(
    connected: ProviderStandIn, program: Program
) -> None:
    output = chat_output(response="Thirty days.")
    connected.plays(Says(output, gate=asyncio.Event(), gate_at=output.index("days.")))
    async with program.post(ASK, question()) as reply:
        turn_id = reply.headers["x-oliver-turn"]
        events = []
        async for event in reply.events():
            events.append(event)
            if event.data["field"] == "response" and not connected.disconnected.is_set():
                async with program.post(f"/api/turns/{turn_id}/stop") as stopped:
                    assert stopped.status == 202
                    assert (await stopped.json())["id"] == int(turn_id)
                await connected.disconnected.wait()
    answer = answer_of(events)
    assert answer.outcome == "stopped"
    assert answer.response.startswith("Thirty")
    assert await in_database(Turn.objects.values_list("status", flat=True).get) == "stopped"


async def test_stopping_an_ended_turn_changes_nothing(program: Program) -> None:
    headers, _ = await ask(program, question())
    turn_id = headers["x-oliver-turn"]
    async with program.post(f"/api/turns/{turn_id}/stop") as reply:
        assert reply.status == 202
        assert (await reply.json())["status"] == "done"
    turn = await in_database(Turn.objects.get)
    assert (turn.status, turn.stop_requested_at) == ("done", None)


async def test_two_programs_follow_one_turn(connected: ProviderStandIn, program: Program) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(), gate=gate))
    async with program.post(ASK, question()) as first:
        path = f"/api/turns/{first.headers['x-oliver-turn']}/stream"
        await connected.has_requests(1)
        async with program.get(path) as second:
            gate.set()
            assert await first.all_events() == await second.all_events()
    assert len(connected.requests) == 1


async def test_connections_and_bytes_are_counted(program: Program) -> None:
    headers, events = await ask(program, question())
    path = f"/api/turns/{headers['x-oliver-turn']}"

    def counted() -> bool:
        return Turn.objects.filter(stats__connection_count=1, stats__bytes_sent__gt=0).exists()

    await eventually(counted)
    async with program.get(path) as reply:
        stats = (await reply.json())["stats"]
    assert stats["chunk_count"] == len(events)
    assert stats["frame_count"] >= 1
