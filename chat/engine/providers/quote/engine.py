"""The quote engine, as expected by ``dspy.LM(engine=…, async_engine=…)``.

It reads the prompt like any model and streams its answer in ChatAdapter's format, so it takes the
same path as every other model: adapter, listener, chunks.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

from dspy.lm15 import (
    Message,
    Request,
    Response,
    StreamDeltaEvent,
    StreamEndEvent,
    StreamStartEvent,
    TextDelta,
    Usage,
)

from chat.engine.providers.quote.compose import compose
from chat.engine.providers.quote.prompt import read_prompt

_PIECE = re.compile(r"\S*\s+|\S+")
_WORDS_PER_PIECE = 12


def _answer(request: Request) -> str:
    fields = compose(read_prompt(request))
    sections = [f"[[ ## {name} ## ]]\n{value}\n" for name, value in fields]
    return "\n".join([*sections, "[[ ## completed ## ]]\n"])


def _pieces(text: str) -> Iterator[str]:
    words = _PIECE.findall(text)
    for at in range(0, len(words), _WORDS_PER_PIECE):
        yield "".join(words[at : at + _WORDS_PER_PIECE])


class QuoteEngine:
    """Asynchronous; used by turns."""

    async def complete(self, request: Request) -> Response:
        return SyncQuoteEngine().complete(request)

    async def stream(self, request: Request) -> AsyncIterator[object]:
        yield StreamStartEvent(model=request.model)
        for piece in _pieces(_answer(request)):
            yield StreamDeltaEvent(TextDelta(piece))
            await asyncio.sleep(0)  # lets other turns run during a long answer
        yield StreamEndEvent(finish_reason="stop", usage=Usage())

    async def aclose(self) -> None:
        pass


class SyncQuoteEngine:
    """Synchronous; for DSPy programs called without a stream (tests, a shell)."""

    def complete(self, request: Request) -> Response:
        return Response(
            id=None,
            model=request.model,
            message=Message.assistant(_answer(request)),
            finish_reason="stop",
            usage=Usage(),
        )

    def close(self) -> None:
        pass
