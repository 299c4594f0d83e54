"""A provider for measuring: cheap, paced, and it remembers when it sent each token.

It speaks OpenAI's streamed chat completions over raw asyncio, one write a token, as providers do.
It lives in the load generator's process, so both read one clock.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

#: A line of ordinary answer text: words, now and then a new paragraph or a list.
_PARAGRAPH = 60


def token(number: int) -> str:
    """Token ``number`` of every answer; its number is in it, so that readers can tell it."""
    if number and number % _PARAGRAPH == 0:
        return f"\n\nw{number} "
    return f"w{number} "


@dataclass
class Pace:
    """How answers are written."""

    tokens: int = 250
    tokens_per_s: float = 50.0
    first_token_after_s: float = 0.0


@dataclass
class Sent:
    """When the tokens of one answer left, by ``monotonic``."""

    at: list[float] = field(default_factory=list)


class BenchProvider:
    """``async with BenchProvider() as provider: provider.url``; answers as ``pace`` says."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.answers: dict[str, Sent] = {}  # by the marker in the question
        self._server: asyncio.Server | None = None
        self._called_off = 0
        self.url = ""

    async def __aenter__(self) -> "BenchProvider":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2048)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()

    def call_off(self) -> None:
        """End all answers that are being written, where they are. A turn goes on when its reader
        leaves: without this every measurement would run beside the answers of those before it."""
        self._called_off += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while body := await _request(reader):
                await self._answer(body, writer, is_read=lambda: not reader.at_eof())
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller left, or the measurement is over
        finally:
            writer.close()

    async def _answer(
        self, body: bytes, writer: asyncio.StreamWriter, *, is_read: Callable[[], bool]
    ) -> None:
        """Write until the end or until the caller has left: an answer that nobody reads would load
        this process, and with it every later measurement."""
        pace, sent, called_off = self.pace, Sent(), self._called_off
        self.answers[_marker(body)] = sent
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        writer.write(_delta("[[ ## reasoning ## ]]\nBecause.\n\n[[ ## response ## ]]\n"))
        due = monotonic() + pace.first_token_after_s
        for number in range(pace.tokens):
            if (wait_s := due - monotonic()) > 0:
                await asyncio.sleep(wait_s)
            if writer.is_closing() or not is_read():
                raise ConnectionResetError("the caller left")
            if called_off != self._called_off:
                break
            sent.at.append(monotonic())
            writer.write(_delta(token(number)))
            due += 1 / pace.tokens_per_s
        writer.write(_delta("\n\n[[ ## completed ## ]]\n"))
        writer.write(_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        await writer.drain()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return await reader.readexactly(length)


def _marker(body: bytes) -> str:
    """The question's marker, for example ``bench-17``: it says whose answer this is."""
    text = json.dumps(json.loads(body)["messages"])
    return text[text.rindex("bench-") :].split()[0].split("\\")[0]


def _delta(text: str) -> bytes:
    event = {
        "id": "a",
        "object": "chat.completion.chunk",
        "model": "bench",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }
    return _chunk(f"data: {json.dumps(event)}\n\n".encode())


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
