"""The transport reads calmly: the first words at once, the rest in larger sips, nothing lost."""

import asyncio
import functools
import ssl
import time
from asyncio import selector_events
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from chat.engine.assistant.listener import AnswerListener
from chat.engine.providers import batched_reads, resting_line, text_shortcut, transport
from chat.engine.providers.dialects.base import Delta
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.wire import chunk
from tests.support.eventually import PATIENCE_S
from tests.support.impatience import impatient_after
from tests.support.provider_stand_in import (
    Handles,
    ProviderStandIn,
    Says,
    chat_output,
    encryption,
    events_of,
)

LONG = " ".join(f"word{n}" for n in range(400))


async def chunks(assistant: Any) -> list[StreamChunk]:
    return [chunk async for chunk in assistant.stream_response("report suspicious")]


async def test_a_paced_stream_comes_in_fewer_and_larger_chunks_with_the_same_text(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    stream = await chunks(make_assistant())
    pieces = [str(chunk.content) for chunk in stream if chunk.field == "response"]
    assert "".join(pieces) == LONG
    assert 3 < len(pieces) < len(LONG) / 8 / 2


async def test_the_first_words_are_not_held_back(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    """Even if a read were calm for an hour, what arrives first comes at once."""
    monkeypatch.setattr(batched_reads, "SHORTEST_S", 3600.0)
    monkeypatch.setattr(batched_reads, "LONGEST_S", 3600.0)
    gate = asyncio.Event()
    provider.plays(Says(chat_output(reasoning="Soon " * 40), piece=12, gate=gate, gate_at=60))
    stream = make_assistant().stream_response("report suspicious")
    async with asyncio.timeout(PATIENCE_S):
        async for chunk in stream:
            if chunk.type == "reasoning":
                break
    await stream.aclose()


async def test_a_connection_serves_again_after_a_whole_answer(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    assistant = make_assistant()
    for _ in range(3):
        await chunks(assistant)
    assert len(set(provider.peers)) == 1


async def test_many_streams_share_their_ticks_and_none_waits_behind_a_crowd() -> None:
    """Some of those that are too many for one tick come one tick sooner, and none any sooner."""
    every, began = batched_reads.Ticks(), time.monotonic()
    every.count(60)
    async with asyncio.timeout(PATIENCE_S):
        due = Counter(await asyncio.gather(*(every.next() for _ in range(60))))
    assert min(due) >= began + every.interval_s() - every.tick_s()
    assert 2 <= len(due) <= 4
    assert max(due.values()) < 40


@pytest.mark.parametrize("streams", [1, 20, 50, 51, 60, 100, 130, 200, 250, 400, 1000])
def test_a_stream_is_read_every_eighth_of_a_second_at_the_latest(streams: int) -> None:
    every = batched_reads.Ticks()
    every.count(streams)
    reads = [every.tick_after(12_345.678)]
    for _ in range(200):
        reads.append(every.tick_after(reads[-1]))
    pauses = [later - sooner for sooner, later in pairwise(reads)]
    assert min(pauses) >= every.interval_s() - 0.001
    assert max(pauses) <= 0.125 + 0.001


async def test_silence_after_a_rest_is_noticed_in_time(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a connection rests aiohttp's own clock stands still; it must go on afterwards."""
    half = len(LONG) // 2
    provider.plays(
        Says(chat_output(response=LONG), piece=8, pause_s=0.002, gate=asyncio.Event(), gate_at=half)
    )
    impatient_after(monkeypatch, events=half // 8)
    stream = await chunks(make_assistant(provider_timeout_s=PATIENCE_S, provider_retries=0))
    assert stream[-1].error is not None
    assert stream[-1].error.code == "provider_timeout"
    text = "".join(str(chunk.content) for chunk in stream if chunk.field == "response")
    assert LONG.startswith(text)
    assert len(text) > half / 2


async def test_a_process_that_stood_still_in_a_pause_does_not_blame_the_provider(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_tick = batched_reads.Ticks.next
    stood_still: list[float] = []

    async def stand_still(every: batched_reads.Ticks, *, since: float) -> float:
        if not stood_still:
            asyncio.get_running_loop().call_soon(time.sleep, 1.5)
        stood_still.append(since)
        return await next_tick(every, since=since)

    monkeypatch.setattr(batched_reads.Ticks, "next", stand_still)
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    stream = await chunks(make_assistant(provider_timeout_s=1, provider_retries=0))
    assert stood_still
    assert stream[-1].type == "done"


async def test_half_a_chunk_that_a_tick_finds_does_not_end_the_reading(
    make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, found_half = resting_line.arrived, asyncio.Event()

    def noted(line: asyncio.Transport) -> bytes:
        if data := arrived(line):
            found_half.set()
        return data

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n")
        writer.write(b"Content-Type: text/event-stream\r\n\r\n")
        first, *later = [event async for event in events_of(Says(chat_output(), piece=60))]
        rest = b"".join(later)
        writer.write(f"{len(first):x}\r\n".encode() + first + b"\r\n")
        await begun.wait()
        size = f"{len(rest):x}\r\n".encode()
        writer.write(size[:1])
        await found_half.wait()
        writer.write(size[1:] + rest + b"\r\n0\r\n\r\n")
        writer.close()

    begun, next_tick = asyncio.Event(), batched_reads.Ticks.next

    async def resting(every: batched_reads.Ticks, *, since: float) -> float:
        begun.set()
        return await next_tick(every, since=since)

    monkeypatch.setattr(transport, "EAGER_READS", 0)
    monkeypatch.setattr(resting_line, "arrived", noted)
    monkeypatch.setattr(batched_reads.Ticks, "next", resting)
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        stream = await chunks(
            make_assistant(api_base=url, provider_timeout_s=PATIENCE_S, provider_retries=0)
        )
    assert stream[-1].type == "done"


@asynccontextmanager
async def provider_that_closes(says: Says, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Its port. HTTP/1.0's way: no length and no chunks, the last bytes come with the end."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n")
        writer.write(b"Content-Type: text/event-stream\r\n\r\n")
        events = [event async for event in events_of(replace(says, pause_s=0))]
        for event in events[:-3]:
            writer.write(event)
            await asyncio.sleep(says.pause_s)
        writer.write(b"".join(events[-3:]))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("piece", "pause_s"), [(8, 0.002), (150, 0.05)])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_an_answer_is_whole_when_the_provider_ends_it_by_closing_the_connection(
    scheme: str,
    piece: int,
    pause_s: float,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serving, trust = encryption()
    trusting = functools.partial(aiohttp.TCPConnector, ssl=trust)
    monkeypatch.setattr(aiohttp, "TCPConnector", trusting)
    says = Says(chat_output(response=LONG), piece=piece, pause_s=pause_s)
    async with provider_that_closes(says, serving if scheme == "https" else None) as port:
        assistant = make_assistant(api_base=f"{scheme}://127.0.0.1:{port}/v1", provider_retries=0)
        for _ in range(3):  # the end meets the reader in a pause, and out of it
            stream = await chunks(assistant)
            text = "".join(str(chunk.content) for chunk in stream if chunk.field == "response")
            assert (text, stream[-1].type) == (LONG, "done")


async def test_an_encrypted_stream_comes_whole_and_rests_as_well(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    url, trust = await provider.listen_encrypted()
    trusting = functools.partial(aiohttp.TCPConnector, ssl=trust)
    monkeypatch.setattr(aiohttp, "TCPConnector", trusting)
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    assistant = make_assistant(api_base=url)
    for _ in range(2):  # the second answer comes over the same connection
        stream = await chunks(assistant)
        pieces = [str(chunk.content) for chunk in stream if chunk.field == "response"]
        assert "".join(pieces) == LONG
        assert 3 < len(pieces) < len(LONG) / 8 / 2
    assert len(set(provider.peers)) == 1


@pytest.mark.parametrize("encrypted", [False, True])
async def test_a_packet_that_comes_in_a_rest_wakes_nobody(
    encrypted: bool,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, trust = await provider.listen_encrypted()
    trusting = functools.partial(aiohttp.TCPConnector, ssl=trust)
    monkeypatch.setattr(aiohttp, "TCPConnector", trusting)
    woken = 0
    read_ready = selector_events._SelectorSocketTransport._read_ready  # type: ignore[attr-defined]

    def noted(line: Any) -> None:
        nonlocal woken
        woken += 1
        read_ready(line)

    monkeypatch.setattr(selector_events._SelectorSocketTransport, "_read_ready", noted)  # type: ignore[attr-defined]
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    stream = await chunks(make_assistant(api_base=url if encrypted else provider.url))
    assert stream[-1].type == "done"
    packets = len(LONG) / 8
    assert woken < packets / 3


async def test_a_stop_in_the_middle_of_a_rest_ends_the_request(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batched_reads, "SHORTEST_S", 0.5)
    monkeypatch.setattr(batched_reads, "LONGEST_S", 0.5)
    resting = asyncio.Event()
    next_tick = batched_reads.Ticks.next

    async def noted(every: batched_reads.Ticks, *, since: float) -> float:
        resting.set()
        return await next_tick(every, since=since)

    monkeypatch.setattr(batched_reads.Ticks, "next", noted)
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    reading = asyncio.create_task(chunks(make_assistant()))
    async with asyncio.timeout(PATIENCE_S):
        await resting.wait()
        reading.cancel()
        await provider.disconnected.wait()


async def test_text_takes_the_shortcut_and_dspy_parses_the_whole_all_the_same(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    heard: list[str] = []
    take = text_shortcut.Shortcut.take

    def listen(self: text_shortcut.Shortcut, delta: Delta, stream: Any) -> bool:
        taken = take(self, delta, stream)
        heard.extend([delta.text] if taken else [])
        return taken

    monkeypatch.setattr(text_shortcut.Shortcut, "take", listen)
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    stream = await chunks(make_assistant())
    assert len("".join(heard)) > len(LONG) / 2
    pieces = [chunk for chunk in stream if chunk.field == "response"]
    assert "".join(str(chunk.content) for chunk in pieces) == LONG
    assert not any(chunk.replaces for chunk in pieces), "DSPy parsed something else"
    assert [chunk.type for chunk in stream if chunk.done] == ["done"]


async def test_a_thought_that_takes_the_shortcut_is_heard_once(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    heard: list[str] = []
    hear = AnswerListener.hear_thought

    def listen(self: AnswerListener, text: str) -> Any:
        heard.append(text)
        return hear(self, text)

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for at in range(0, len(LONG), 8):
            await response.write(chunk({"reasoning_content": LONG[at : at + 8]}))
            await asyncio.sleep(0.002)
        said = chunk({"content": chat_output(reasoning="", response="Yes.")})
        await response.write(said + chunk({}, reason="stop") + b"data: [DONE]\n\n")
        return response

    monkeypatch.setattr(AnswerListener, "hear_thought", listen)
    provider.plays(Handles(answer))
    folded = Answer()
    for each in await chunks(make_assistant(model="openai/m")):
        folded.apply(each)
    assert len("".join(heard)) > len(LONG) / 2
    assert (folded.reasoning, folded.response) == (LONG, "Yes.")


async def test_what_was_heard_stays_when_the_connection_breaks(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002, cut_at=len(LONG) // 2))
    stream = await chunks(make_assistant())
    text = "".join(str(chunk.content) for chunk in stream if chunk.field == "response")
    assert LONG.startswith(text)
    assert len(text) > len(LONG) / 4
    assert stream[-1].type == "error"
