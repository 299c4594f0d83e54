"""The transport reads calmly: the first words at once, the rest in larger sips, nothing lost."""

import asyncio
import functools
import time
from collections import Counter
from itertools import pairwise
from typing import Any, ClassVar, cast

import aiohttp
import pytest

from chat.engine.providers import batched_reads, text_shortcut
from chat.kernel.chunks import StreamChunk
from tests.engine.conftest import MakeAssistant
from tests.support.eventually import PATIENCE_S
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output

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


class Woken:
    """A sip that notes when it is woken, and by which tick."""

    moments: ClassVar[list[float]] = []
    of_tick: ClassVar[Counter[float]] = Counter()

    def wake(self, at: float) -> None:
        self.moments.append(time.monotonic())
        self.of_tick[at] += 1


async def test_many_streams_share_their_ticks_and_none_waits_behind_a_crowd() -> None:
    """Some of those that are too many for one tick come one tick sooner, and none any sooner."""
    every, began = batched_reads.Ticks(), time.monotonic()
    every.count(60)
    for _ in range(60):
        every.wake_next(cast("Any", Woken()))
    async with asyncio.timeout(PATIENCE_S):
        while len(Woken.moments) < 60:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert min(Woken.moments) >= began + every.interval_s() - every.tick_s()
    assert 2 <= len(Woken.of_tick) <= 4
    assert max(Woken.of_tick.values()) < 40


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
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    """While a connection rests aiohttp's own clock stands still; it must go on afterwards."""
    half = len(LONG) // 2
    provider.plays(
        Says(chat_output(response=LONG), piece=8, pause_s=0.002, gate=asyncio.Event(), gate_at=half)
    )
    async with asyncio.timeout(PATIENCE_S):
        stream = await chunks(make_assistant(provider_timeout_s=2, provider_retries=0))
    assert stream[-1].error is not None
    assert stream[-1].error.code == "provider_timeout"
    text = "".join(str(chunk.content) for chunk in stream if chunk.field == "response")
    assert LONG.startswith(text)
    assert len(text) > half / 2


async def test_a_stream_that_breaks_at_a_tick_leaves_the_others_of_the_tick_alone(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    broken: list[batched_reads.Sip] = []
    arrived = batched_reads.Sip._arrived

    def first_breaks(sip: batched_reads.Sip) -> bytes:
        if not broken or sip in broken:
            broken.append(sip)
            raise RuntimeError("its socket has gone")
        return arrived(sip)

    monkeypatch.setattr(batched_reads.Sip, "_arrived", first_breaks)
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    assistant = make_assistant()
    async with asyncio.timeout(20):
        streams = await asyncio.gather(*(chunks(assistant) for _ in range(3)))
    assert sorted(stream[-1].type for stream in streams) == ["done", "done", "error"]


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


async def test_a_stop_in_the_middle_of_a_rest_ends_the_request(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batched_reads, "SHORTEST_S", 0.5)
    monkeypatch.setattr(batched_reads, "LONGEST_S", 0.5)
    resting = asyncio.Event()
    lines = batched_reads.Sip.lines

    async def noted(sip: batched_reads.Sip) -> list[bytes]:
        resting.set()
        return await lines(sip)

    monkeypatch.setattr(batched_reads.Sip, "lines", noted)
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

    def listen(self: text_shortcut.Shortcut, text: str, stream: Any) -> bool:
        taken = take(self, text, stream)
        heard.extend([text] if taken else [])
        return taken

    monkeypatch.setattr(text_shortcut.Shortcut, "take", listen)
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002))
    stream = await chunks(make_assistant())
    assert len("".join(heard)) > len(LONG) / 2
    pieces = [chunk for chunk in stream if chunk.field == "response"]
    assert "".join(str(chunk.content) for chunk in pieces) == LONG
    assert not any(chunk.replaces for chunk in pieces), "DSPy parsed something else"
    assert [chunk.type for chunk in stream if chunk.done] == ["done"]


async def test_what_was_heard_stays_when_the_connection_breaks(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output(response=LONG), piece=8, pause_s=0.002, cut_at=len(LONG) // 2))
    stream = await chunks(make_assistant())
    text = "".join(str(chunk.content) for chunk in stream if chunk.field == "response")
    assert LONG.startswith(text)
    assert len(text) > len(LONG) / 4
    assert stream[-1].type == "error"
