"""A provider for measuring: cheap, paced, and it remembers when it sent each token.

It streams over raw asyncio, one write a token, as providers do: plain chat completions, or whatever
``wire`` is set.
It lives in the load generator's process, so both read one clock.
"""

import asyncio
import json
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Protocol

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


class Wire(Protocol):
    """How an answer is sent: what comes before its text, a delta of it, what comes after."""

    @property
    def head(self) -> bytes: ...

    @property
    def tail(self) -> bytes: ...

    def delta(self, text: str) -> bytes: ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class PlainWire:
    """Chat completions whose deltas hold text and nothing else."""

    head: bytes = b""
    tail: bytes = b"data: [DONE]\n\n"

    def delta(self, text: str) -> bytes:
        event = {
            "id": "a",
            "object": "chat.completion.chunk",
            "model": "bench",
            "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
        }
        return f"data: {json.dumps(event)}\n\n".encode()


class _Answer:
    """One answer that is being written; ``ended`` is set when it is over."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pace: Pace, wire: Wire
    ) -> None:
        self.pace = pace
        self._wire = wire
        self.sent = Sent()
        self.ended = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._number = 0

    def begin(self) -> None:
        self._writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        first = self._wire.delta("[[ ## reasoning ## ]]\nBecause.\n\n[[ ## response ## ]]\n")
        self._writer.write(_chunk(self._wire.head + first))

    def go_on(self) -> bool:
        """Write the next token; False when it was the last, or the caller has left."""
        if self.ended.is_set() or self._writer.is_closing() or self._reader.at_eof():
            self.ended.set()
            return False
        self.sent.at.append(monotonic())
        self._writer.write(_token_event(self._wire, self._number))
        self._number += 1
        if self._number < self.pace.tokens:
            return True
        self.end()
        return False

    def end(self) -> None:
        if not self.ended.is_set() and not self._writer.is_closing():
            last = self._wire.delta("\n\n[[ ## completed ## ]]\n")
            self._writer.write(_chunk(last + self._wire.tail) + b"0\r\n\r\n")
        self.ended.set()


class BenchProvider:
    """``async with BenchProvider() as provider: provider.url``; answers as ``pace`` says.

    One task writes for all answers: a timer and a task for each would make the load generator,
    which the readers share, late before any server is.
    """

    def __init__(self) -> None:
        self.pace = Pace()
        self.wire: Wire = PlainWire()
        self.answers: dict[str, Sent] = {}  # by the marker in the question
        self._server: asyncio.Server | None = None
        self._due: list[tuple[float, int, _Answer]] = []  # a heap: when who writes next
        self._more = asyncio.Event()
        self._order = count()
        self._writing: asyncio.Task[None]
        self.url = ""

    async def __aenter__(self) -> "BenchProvider":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2048)
        self._writing = asyncio.create_task(self._write())
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._writing.cancel()
        self._server.close()

    def call_off(self) -> None:
        """End the answers that are being written. A turn goes on when its reader has left, so a
        measurement must end its own, or the next one measures them too.
        """
        for _, _, answer in self._due:
            answer.end()
        self._due.clear()

    async def _write(self) -> None:
        while True:
            while self._due and self._due[0][0] <= monotonic():
                due, order, answer = heappop(self._due)
                if answer.go_on():
                    heappush(self._due, (due + 1 / answer.pace.tokens_per_s, order, answer))
            if self._due:
                # Not longer: another answer may begin before the next token of these is due.
                await asyncio.sleep(min(0.1, max(0.0, self._due[0][0] - monotonic())))
            else:
                self._more.clear()
                await self._more.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while body := await _request(reader):
                answer = _Answer(reader, writer, self.pace, self.wire)
                self.answers[_marker(body)] = answer.sent
                answer.begin()
                due = monotonic() + answer.pace.first_token_after_s
                heappush(self._due, (due, next(self._order), answer))
                self._more.set()
                await answer.ended.wait()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller left, or the measurement is over
        finally:
            writer.close()


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
    text = body.decode()
    return text[text.rindex("bench-") :].split()[0].split("\\")[0]


@lru_cache(maxsize=20_000)
def _token_event(wire: Wire, number: int) -> bytes:
    return _chunk(wire.delta(token(number)))


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
