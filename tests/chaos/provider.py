"""The provider: it speaks real HTTP, and remembers what it sent for which question, and when.

A question carries a marker, ``chaos-17``. The answer to it is always the same, so anybody can tell
how much of it has arrived somewhere.
"""

import asyncio
import json
import re
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any, Self

from aiohttp import web

_TOKEN_EVERY_S = 0.04
_FEWEST_TOKENS, _MOST_TOKENS = 40, 130


@dataclass(frozen=True)
class Script:
    """What the answer to one question says."""

    reasoning: str
    response: str

    @property
    def text(self) -> str:
        return self.reasoning + self.response


def script_of(marker: str) -> Script:
    """The same for the same marker, everywhere and always."""
    # Not for secrets: an answer that can be told again.
    count = Random(marker).randint(_FEWEST_TOKENS, _MOST_TOKENS)
    words = [f"{marker}.{number}" for number in range(count)]
    third = count // 3
    return Script(reasoning=" ".join(words[:third]), response=_markdown(words[third:]))


def _markdown(words: list[str]) -> str:
    """Paragraphs and a list: what is final and what is open is not trivial in it."""
    blocks = [" ".join(words[at : at + 9]) for at in range(0, len(words), 9)]
    return "\n\n".join(f"- {block}" if at % 3 == 2 else block for at, block in enumerate(blocks))


@dataclass
class Generation:
    """One request for an answer: how many characters of the script had left, and when."""

    sent: list[tuple[float, int]] = field(default_factory=list)  # (monotonic, characters so far)

    def left_at(self, character: int) -> float | None:
        """When this character was sent; None: never."""
        return next((at for at, so_far in self.sent if so_far > character), None)


class ChaosProvider:
    """``async with ChaosProvider() as provider: provider.url, provider.generations``."""

    def __init__(self) -> None:
        self.generations: dict[str, list[Generation]] = {}
        self.url = ""
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/v1/chat/completions", self.answer)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._runner.cleanup()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Also for another server that leaves its requests to us."""
        marker = _marker_in(await request.json())
        generation = Generation()
        self.generations.setdefault(marker, []).append(generation)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await _write(response, script_of(marker), generation)
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


async def _write(response: web.StreamResponse, script: Script, generation: Generation) -> None:
    """Each token with its time. Headings of fields are no text of the answer."""
    so_far = 0
    for heading, text in (("reasoning", script.reasoning), ("response", script.response)):
        await response.write(_delta(f"[[ ## {heading} ## ]]\n"))
        for token in re.findall(r"\S+\s*", text):
            so_far += len(token)
            generation.sent.append((monotonic(), so_far))
            await response.write(_delta(token))
            await asyncio.sleep(_TOKEN_EVERY_S)
        await response.write(_delta("\n\n"))
    await response.write(_delta("[[ ## completed ## ]]\n"))


def _delta(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    event = {"id": "a", "object": "chat.completion.chunk", "model": "chaos", "choices": [choice]}
    return f"data: {json.dumps(event)}\n\n".encode()


def _marker_in(body: dict[str, Any]) -> str:
    """The last one: earlier questions of the conversation come before it."""
    text = json.dumps(body["messages"])
    return text[text.rindex("chaos-") :].split()[0].split("\\")[0]
