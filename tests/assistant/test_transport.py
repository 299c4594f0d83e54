"""The transport reads calmly: the first words at once, the rest in larger sips, nothing lost."""

import asyncio
import time
from typing import Any

from chat.assistant import transport
from chat.chunks import StreamChunk
from tests.assistant.conftest import MakeAssistant
from tests.provider_stand_in import ProviderStandIn, Says, chat_output

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
    monkeypatch.setattr(transport, "SHORTEST_S", 3600.0)
    monkeypatch.setattr(transport, "LONGEST_S", 3600.0)
    gate = asyncio.Event()
    provider.plays(Says(chat_output(reasoning="Soon " * 40), piece=12, gate=gate, gate_at=60))
    stream = make_assistant().stream_response("report suspicious")
    async with asyncio.timeout(10):
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


async def test_many_streams_share_their_ticks() -> None:
    """Reads that are due at different moments of a tick wake up together."""
    woken: set[int] = set()

    async def rest(delay_s: float) -> None:
        until = time.monotonic() + 0.05 + delay_s
        await asyncio.sleep(transport.rest_s(until))
        woken.add(round(time.monotonic() / transport._TICK_S))

    await asyncio.gather(*(rest(n / 10_000) for n in range(50)))
    assert len(woken) <= 3
