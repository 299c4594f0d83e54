"""The transport reads calmly: the first words at once, the rest in larger sips, nothing lost."""

import asyncio
import time
from typing import Any, ClassVar, cast

from chat.assistant import shortcut, transport
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


class Connection:
    """An encrypted connection that notes when it is read again."""

    woken: ClassVar[list[float]] = []

    def pause_reading(self) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str) -> object:
        return {"sslcontext": object()}[name]

    def resume_reading(self) -> None:
        self.woken.append(time.monotonic())


async def test_many_streams_share_their_ticks() -> None:
    """Reads that are due at different moments of a tick wake up together, and none too early."""
    ticks, due = transport.Ticks(), time.monotonic() + 0.05
    for n in range(50):
        ticks.rest(Connection(), cast("Any", None), until=due + n / 10_000)
    async with asyncio.timeout(10):
        while len(Connection.woken) < 50:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert min(Connection.woken) >= due
    assert len({round(at / transport._TICK_S) for at in Connection.woken}) <= 3


async def test_text_takes_the_shortcut_and_dspy_parses_the_whole_all_the_same(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: Any
) -> None:
    heard: list[str] = []
    take = shortcut.Shortcut.take

    def listen(self: shortcut.Shortcut, text: str, stream: Any) -> bool:
        taken = take(self, text, stream)
        heard.extend([text] if taken else [])
        return taken

    monkeypatch.setattr(shortcut.Shortcut, "take", listen)
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
