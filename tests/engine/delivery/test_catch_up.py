"""A reader who gets much at once does not hold up the others: all streams share one loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

import pytest

from chat.conversations.models import Turn
from chat.engine.delivery.stream_formats import HtmlFormatter
from chat.engine.event_log import Event
from chat.engine.rendering import markdown as markdown_module
from chat.engine.rendering.status_wording import Wording
from chat.kernel.chunks import StreamChunk, done_chunk, items_chunk, text_chunk
from chat.kernel.items import Finding

#: One block as long as may be, searched for its end and rendered.
MOST_CHARS_AT_ONCE = 18_500

HOSTILE = {
    "list": "- a\n" * 15_000,
    "numbers": "1. a\n" * 12_000,
    "one line": "**a" * 20_000,
    "paragraphs": "a *b* c\n\n" * 7_000,
    "late definitions": "see [the form] and more\n\n" * 2_000 + "[the form]: https://a.example\n\n",
}


@pytest.fixture
def rendered_chars(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters were searched or rendered so far; the last number counts."""
    total = [0]

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def count(source: str, **rest: object) -> object:
            total[0] += len(source)
            return function(source, **rest)

        return count

    for name in ("render_blocks", "last_block_start"):
        monkeypatch.setattr(markdown_module, name, counted(getattr(markdown_module, name)))
    return total


def stored_turn(text: str) -> Turn:
    return Turn(pk=1, answer_state={"response": text})


async def most_chars_between_turns(work: Callable[[], Awaitable[None]], total: list[int]) -> int:
    """Between two turns of a bystander on the same loop."""
    seen = [total[0]]

    async def bystander() -> None:
        while True:
            seen.append(total[0])
            await asyncio.sleep(0)

    watching = asyncio.create_task(bystander())
    await asyncio.sleep(0)
    await work()
    seen.append(total[0])
    watching.cancel()
    return max(after - before for before, after in pairwise(seen))


def events_of(*chunks: StreamChunk) -> Sequence[Event]:
    return [Event(seq, chunk) for seq, chunk in enumerate(chunks, start=1)]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
@pytest.mark.parametrize("way", ["encode", "catch_up", "restart"])
async def test_a_long_catch_up_lets_others_run_in_between(
    text: str, way: str, rendered_chars: list[int]
) -> None:
    formatter = HtmlFormatter(1, Wording(), "en")

    async def work() -> None:
        if way == "restart":
            await formatter.restart(stored_turn(text))
            return
        await getattr(formatter, way)(events_of(text_chunk("response", text), done_chunk()))

    assert await most_chars_between_turns(work, rendered_chars) < MOST_CHARS_AT_ONCE
    assert rendered_chars[0] > MOST_CHARS_AT_ONCE


async def test_many_long_findings_let_others_run_in_between(rendered_chars: list[int]) -> None:
    findings = [Finding(title="A", explanation="*a* b\n\n" * 500) for _ in range(20)]
    formatter = HtmlFormatter(1, Wording(), "en")

    async def work() -> None:
        await formatter.encode(events_of(items_chunk("findings", findings)))

    assert await most_chars_between_turns(work, rendered_chars) < MOST_CHARS_AT_ONCE
    assert rendered_chars[0] > MOST_CHARS_AT_ONCE
