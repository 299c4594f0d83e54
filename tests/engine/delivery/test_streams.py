"""Streams as readers get them: through the whole ASGI application, worker and doorbell included."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from channels_redis.core import RedisChannelLayer
from django.contrib.auth.models import User
from django.test import AsyncClient

from chat.conversations.models import StreamStats, Turn
from chat.conversations.stop import request_stop
from chat.engine.delivery.stream_formats import HtmlFormatter
from chat.engine.event_log import event_log
from chat.kernel.chunks import items_chunk, status_chunk, text_chunk
from chat.kernel.database import in_database
from tests.support.eventually import eventually
from tests.support.one_passage import DEADLINE
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output
from tests.support.sse_reader import SSEReader


async def test_frames_arrive_while_the_model_writes_and_end_with_done(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(reasoning="Early words. " * 9), gate=gate, gate_at=150))
    turn = await ask()
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream?after=0") as reader:
        seen = ""
        while "Early words" not in seen:
            seen += (await reader.message()).data
        gate.set()
        messages = await reader.to_the_end()
    assert messages[-1].event == "done"
    ids = [int(message.id) for message in messages]
    assert ids == sorted(ids)
    assert f'hx-target="#turn-{turn.pk}-live" hx-swap="delete"' in messages[-2].data


async def test_nothing_that_is_told_before_holds_back_the_first_words_of_a_field(
    application: Any,
    configure: Callable[..., None],
    ask: Any,
    client_of: Any,
    analyst: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a pause were made after a stage, the passages or another field, it would never end."""
    monkeypatch.setattr(HtmlFormatter, "pause_s", 3600.0)
    configure(worker="external")
    turn, client, log = await ask(), await client_of(analyst), event_log()
    await log.open(turn.pk)
    told = (
        (status_chunk("", stage="question"), "Reading the question"),
        (status_chunk("", stage="search"), "Searching the library"),
        (items_chunk("passages", [DEADLINE.model_dump(mode="json")]), DEADLINE.title),
        (status_chunk("", stage="model", model="one"), "Asking one"),
        (text_chunk("reasoning", "Early words."), "Early words."),
        (text_chunk("analysis", "Later words."), "Later words."),
        (text_chunk("response", "Last words."), "Last words."),
    )
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream?after=0") as reader:
        for chunk, expected in told:
            await log.append(turn.pk, [chunk])
            while expected not in (await reader.message()).data:
                pass


class GoneLayer(InMemoryChannelLayer):  # type: ignore[misc]  # Channels has no types
    """Redis, as the doorbell, is away."""

    async def receive(self, channel: str) -> dict[str, Any]:
        raise ConnectionError("away")


async def test_a_stream_goes_on_while_the_doorbell_is_away(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    channel_layers.backends["default"] = GoneLayer()
    connected.plays(Says(chat_output()))
    turn = await ask()
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        messages = await reader.to_the_end()
    assert messages[-1].event == "done"


@pytest.fixture(params=["memory", "redis"])
async def doorbell(request: pytest.FixtureRequest, application: Any) -> AsyncIterator[None]:
    """In this process's memory, or in a Redis."""
    if request.param == "memory":
        yield
        return
    url = request.getfixturevalue("redis_server").url
    layer = channel_layers.backends["default"] = RedisChannelLayer(hosts=[url])
    yield
    await layer.flush()
    await layer.close_pools()


async def test_a_stop_needs_no_look_and_no_checkpoint(
    doorbell: None,
    application: Any,
    connected: ProviderStandIn,
    ask: Any,
    client_of: Any,
    analyst: User,
    configure: Callable[..., None],
) -> None:
    """Both come too late here: the doorbell alone tells the worker."""
    configure(queue_poll_s=3600, checkpoint_every_s=3600)
    connected.plays(Says(chat_output(reasoning="Word " * 60), gate=asyncio.Event(), gate_at=150))
    turn, client = await ask(), await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        while "Word" not in (await reader.message()).data:
            pass
        await in_database(request_stop, turn)
        messages = await reader.to_the_end()
    await connected.disconnected.wait()
    assert messages[-1].event == "done"
    assert (await in_database(Turn.objects.get, pk=turn.pk)).status == "stopped"


async def test_the_stream_is_sent_as_no_proxy_may_hold_it_back(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    connected.plays(Says(chat_output()))
    turn = await ask()
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        assert reader.status == 200
        assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert reader.headers["cache-control"] == "private, no-store"
        assert reader.headers["content-encoding"] == "identity"
        assert "content-security-policy" in {name.lower() for name in reader.headers}
        assert "x-oliver-follow" not in {name.lower() for name in reader.headers}


async def test_a_stranger_finds_nothing_and_an_anonymous_reader_signs_in(
    application: Any,
    connected: ProviderStandIn,
    ask: Any,
    client_of: Any,
    stranger: User,
) -> None:
    connected.plays(Says(chat_output()))
    turn = await ask()
    path = f"/turns/{turn.pk}/stream"
    async with SSEReader(application, await client_of(stranger), path) as reader:
        assert reader.status == 404
    async with SSEReader(application, AsyncClient(), path) as reader:
        assert reader.status == 302


async def test_reader_resuming_gets_the_rest_and_no_duplicate(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    gate = asyncio.Event()
    output = chat_output(response="One two three.")
    # Held before the response: a gate beyond it would let one frame carry the whole answer.
    held_at = output.index("One two") - 14
    connected.plays(Says(output, gate=gate, gate_at=held_at))
    turn = await ask()
    client = await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path) as reader:
        first = await reader.message()
    gate.set()
    await eventually(lambda: Turn.objects.filter(pk=turn.pk, status="done").exists())
    async with SSEReader(application, client, path, last_event_id=first.id) as reader:
        rest = await reader.to_the_end()
    assert all(int(message.id) > int(first.id) for message in rest)
    assert "One two three." in "".join(message.data for message in rest)
    async with SSEReader(application, client, f"{path}?after={first.id}") as reader:
        assert await reader.to_the_end() == rest


@pytest.mark.parametrize("last_event_id", ["99999", "abc", "9" * 30])
async def test_a_reader_ahead_of_us_gets_all_that_is_stored_and_goes_on_from_there(
    application: Any,
    connected: ProviderStandIn,
    ask: Any,
    client_of: Any,
    analyst: User,
    last_event_id: str,
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(response="Thirty days."), gate=gate, gate_at=60))
    turn = await ask()
    client = await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, f"{path}?after=0"):  # it starts the worker
        checkpoint = await eventually(Turn.objects.filter(pk=turn.pk, seq__gt=2).first)
    async with SSEReader(application, client, path, last_event_id=last_event_id) as reader:
        gate.set()
        restart, *_, end = await reader.to_the_end()
    assert int(restart.id) >= checkpoint.seq
    assert f'hx-target="#turn-{turn.pk}-reasoning-final" hx-swap="innerHTML"' in restart.data
    assert end.event == "done"


@pytest.mark.parametrize("last_event_id", ["99999", "abc", "9" * 30])
async def test_a_reader_ahead_of_an_ended_turn_gets_the_whole_turn_again(
    application: Any,
    connected: ProviderStandIn,
    ask: Any,
    client_of: Any,
    analyst: User,
    last_event_id: str,
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.")))
    turn = await ask()
    client = await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path) as reader:
        await reader.to_the_end()
    async with SSEReader(application, client, path, last_event_id=last_event_id) as reader:
        reset, end = await reader.to_the_end()
    assert f'hx-target="#turn-{turn.pk}" hx-swap="outerHTML"' in reset.data
    assert "Thirty days." in reset.data
    assert 'class="live"' not in reset.data
    assert end.event == "done"


async def test_an_ended_turn_that_the_log_forgot_comes_from_the_database(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    turn = await ask()
    await in_database(
        Turn.objects.filter(pk=turn.pk).update,
        status="done",
        answer_state={"response": "Long ago."},
        seq=12,
    )
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream?after=3") as reader:
        reset, end = await reader.to_the_end()
    assert "Long ago." in reset.data
    assert (reset.id, end.event) == ("12", "done")


async def test_programs_are_told_an_end_that_came_without_its_text(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    turn = await ask()
    ended = {"status": "failed", "error_code": "internal", "answer_state": {"response": "Half"}}
    await in_database(Turn.objects.filter(pk=turn.pk).update, seq=12, **ended)
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/api/turns/{turn.pk}/stream?after=3") as reader:
        *fields, end = [json.loads(message.data) for message in await reader.to_the_end()]
    assert "Half" in [field["content"] for field in fields]
    assert (end["done"], end["error"]["code"], end["metadata"]) == (
        True, "internal", {"outcome": "failed"}
    )  # fmt: skip


async def test_a_disconnect_is_seen_at_once_and_counted(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    connected.plays(Says(chat_output(), gate=asyncio.Event(), gate_at=40))
    turn = await ask()
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        await reader.message()
    stats = await eventually(
        lambda: StreamStats.objects.filter(pk=turn.pk, connection_count=1).first()
    )
    assert stats.frame_count >= 1
    assert stats.bytes_sent > 0


async def test_the_answer_goes_on_without_readers(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(response="Whole."), gate=gate, gate_at=40))
    turn = await ask()
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        await reader.message()
    gate.set()
    ended = await eventually(lambda: Turn.objects.filter(pk=turn.pk, status="done").first())
    assert ended.answer.response == "Whole."


async def test_two_tabs_see_the_same_answer(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    connected.plays(Says(chat_output(response="Both of you.")))
    turn = await ask()
    client = await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with (
        SSEReader(application, client, path) as one,
        SSEReader(application, client, path) as two,
    ):
        for messages in await asyncio.gather(one.to_the_end(), two.to_the_end()):
            assert "Both of you." in "".join(message.data for message in messages)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_quiet_stream_pings(
    application: Any,
    connected: ProviderStandIn,
    ask: Any,
    client_of: Any,
    analyst: User,
    configure: Callable[..., None],
    encoding: str,
) -> None:
    configure(sse_heartbeat_s=0.05)
    connected.plays(Says(chat_output(), gate=asyncio.Event()))
    turn = await ask()
    client, path = await client_of(analyst), f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path, accept_encoding=encoding) as reader:
        pieces = ""
        while ": ping" not in pieces:
            pieces += await reader.piece()


async def test_a_reader_who_knows_all_that_is_written_gets_the_head_of_the_stream_at_once(
    application: Any,
    ask: Any,
    client_of: Any,
    analyst: User,
    configure: Callable[..., None],
) -> None:
    """A server may keep a head until a body comes: here nothing else would."""
    configure(worker="external", sse_heartbeat_s=3600)
    turn, client, log = await ask(), await client_of(analyst), event_log()
    await log.open(turn.pk)
    await log.append(turn.pk, [text_chunk("response", "Words.")])
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream?after=1") as reader:
        assert await reader.piece() == ""
        assert not reader.ended


async def test_a_reader_of_a_lost_turn_is_told_when_its_end_is_known(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    """A restart loses the log in memory; the database still says running until the lease ends."""
    from datetime import timedelta

    from django.utils import timezone

    turn = await ask()
    await in_database(
        Turn.objects.filter(pk=turn.pk).update,
        status="running",
        lease_owner="before the restart",
        lease_until=timezone.now() + timedelta(seconds=1),
        answer_state={"response": "A bank must"},
        seq=9,
    )
    client = await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream?after=9") as reader:
        messages = await reader.to_the_end()
    assert "interrupted" in messages[0].data
    assert "A bank must" in messages[0].data
    assert messages[-1].event == "done"


async def test_each_reader_of_a_turn_is_told_in_their_own_language(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    connected.plays(Says(chat_output()))
    turn = await ask()
    client = await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with (
        SSEReader(application, client, path, accept_language="de-AT,de;q=0.9") as german,
        SSEReader(application, client, path, accept_language="en") as english,
        SSEReader(application, client, f"/api{path}", accept_language="de") as program,
    ):
        read = await asyncio.gather(*(each.to_the_end() for each in (german, english, program)))
    page_de, page_en, json_de = ("".join(m.data for m in messages) for messages in read)
    assert "Die Bibliothek wird durchsucht" in page_de
    assert "1 Textstelle wird gelesen" in page_de
    assert "Beantwortet in" in page_de
    assert "Searching the library" not in page_de
    assert "Answered" not in page_de
    assert "Searching the library" in page_en
    assert "Answered in" in page_en
    assert "Bibliothek" not in page_en
    assert "Die Bibliothek wird durchsucht" in json_de
    assert german.headers["Content-Language"] == "de"


async def test_what_is_stored_of_a_german_question_is_in_no_language_but_the_logs(
    application: Any, connected: ProviderStandIn, client_of: Any, analyst: User
) -> None:
    connected.plays(Says(chat_output()))
    client = await client_of(analyst)
    form = {"question": "report suspicious", "analysis_type": "general", "idempotency_key": "k"}
    headers = {"accept-language": "de"}
    assert (await client.post("/turns/", form, headers=headers)).status_code == 303
    turn = await in_database(Turn.objects.get)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream", **headers) as reader:
        await reader.to_the_end()
    stored = (await in_database(Turn.objects.get)).answer
    assert "Searching the library…" in [step.text for step in stored.steps]
