"""A model provider that is not one: it speaks the real HTTP protocol and behaves as told.

    async with ProviderStandIn() as provider:
        provider.plays(Says(chat_output(response="Thirty days.")))
        …                                   # OLIVER_API_BASE = provider.url
        assert provider.requests[0]["stream"] is True

It serves OpenAI's chat completions, streamed, and what it is told byte for byte also where the
other dialects ask. What is asked in one piece (titles) gets ``titles`` and counts apart. A test
holds an answer with ``Says(gate=…)`` and lets it go on, instead of sleeping.
"""

import asyncio
import json
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

import tests.support.certificate


def chat_output(
    *,
    reasoning: str = "The passages decide it.",
    analysis: str = "One rule applies.",
    findings: Sequence[dict[str, Any]] = (),
    response: str = "Thirty days.",
    artifacts: Sequence[dict[str, Any]] = (),
) -> str:
    """A whole answer in ChatAdapter's format."""
    return (
        f"[[ ## reasoning ## ]]\n{reasoning}\n\n[[ ## analysis ## ]]\n{analysis}\n\n"
        f"[[ ## findings ## ]]\n{json.dumps(list(findings))}\n\n"
        f"[[ ## response ## ]]\n{response}\n\n"
        f"[[ ## artifacts ## ]]\n{json.dumps(list(artifacts))}\n\n[[ ## completed ## ]]\n"
    )


def json_output(**fields: Any) -> str:
    """A whole answer in JSONAdapter's format."""
    defaults = {"reasoning": "", "analysis": "", "findings": [], "response": "", "artifacts": []}
    return json.dumps({**defaults, **fields}, ensure_ascii=False)


@dataclass
class Says:
    """Streams ``text`` in pieces; waits at ``gate`` once ``gate_at`` characters are out."""

    text: str
    piece: int = 7
    gate: asyncio.Event | None = None
    gate_at: int = 0
    pause_s: float = 0.0
    cut_at: int | None = None  # break the connection after so many characters


@dataclass
class Refuses:
    """An HTTP error in OpenAI's format, or with a ``body`` of its own."""

    status: int
    code: str = ""
    message: str = "no"
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None  # JSON, or bytes as they are

    def response(self) -> web.Response:
        if isinstance(self.body, bytes):
            return web.Response(body=self.body, status=self.status, content_type="text/html")
        error = {"message": self.message, "type": self.code, "code": self.code}
        body = {"error": error} if self.body is None else self.body
        return web.json_response(body, status=self.status, headers=self.headers)


@dataclass
class Babbles:
    """200 with a body that is not an event stream."""

    body: bytes = b"<html>It works!</html>"


@dataclass
class Hangs:
    """Accepts the request and never answers."""


@dataclass
class Handles:
    """Leaves the request to another handler."""

    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Raw:
    """Streams raw bytes, then ends, breaks the connection, stalls, or repeats the last piece for
    ever.
    """

    pieces: Sequence[bytes]
    then: Literal["ends", "breaks", "hangs", "repeats"] = "ends"
    pause_s: float = 0.0


Behaviour = Says | Refuses | Babbles | Hangs | Handles | Raw


class ProviderStandIn:
    """``disconnected`` is set when a caller leaves in the middle of an answer."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.peers: list[object] = []  # the callers' addresses: one per connection
        self.disconnected = asyncio.Event()
        self.arrived = asyncio.Event()
        self._more = asyncio.Condition()
        self._plays: list[Behaviour] = []
        self.titles: list[Behaviour] = []  # for the next requests that do not stream
        self.title_requests: list[dict[str, Any]] = []
        app = web.Application(client_max_size=10_000_000)
        for path in ("chat/completions", "responses", "messages", "models/{model}"):
            app.router.add_post(f"/v1/{path}", self._answer)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        self.url = ""

    def plays(self, *behaviours: Behaviour) -> None:
        """For the next requests, in order; the last one is repeated."""
        self._plays = list(behaviours)

    async def has_requests(self, count: int) -> None:
        """Wait until this many requests have arrived in total."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.requests) >= count)

    async def __aenter__(self) -> "ProviderStandIn":
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    async def listen_encrypted(self, name: str = "127.0.0.1") -> tuple[str, ssl.SSLContext]:
        """Also serve TLS; returns the address and what a client must trust."""
        serving, trust = encryption(name)
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=serving)
        await site.start()
        port = self._runner.addresses[-1][1]
        return f"https://127.0.0.1:{port}/v1", trust

    async def __aexit__(self, *exc: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if not asked.get("stream") and "stream" not in request.path:
            return await self._answer_whole(asked)
        self.requests.append(asked)
        self.keys.append(request.headers.get("Authorization", ""))
        assert request.transport is not None
        self.peers.append(request.transport.get_extra_info("peername"))
        self.arrived.set()
        async with self._more:
            self._more.notify_all()
        play = self._plays.pop(0) if len(self._plays) > 1 else self._plays[0]
        match play:
            case Refuses():
                return play.response()
            case Babbles():
                return web.Response(body=play.body, content_type="text/html")
            case Hangs():
                await asyncio.Event().wait()
                raise AssertionError("nobody sets this event")
            case Handles():
                return await play.answer(request)
            case Raw():
                return await self._send_raw(request, play)
            case Says():
                return await self._say(request, play)

    async def _answer_whole(self, asked: dict[str, Any]) -> web.StreamResponse:
        self.title_requests.append(asked)
        match self.titles.pop(0):
            case Says() as says:
                if says.gate is not None:
                    await says.gate.wait()
                message = {"role": "assistant", "content": says.text}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
                return web.json_response({"id": "t", "choices": [choice], "usage": usage})
            case Hangs():
                await asyncio.Event().wait()
                raise AssertionError("nobody sets this event")
            case other:
                return web.json_response({"error": {"message": str(other)}}, status=500)

    async def _send_raw(self, request: web.Request, play: Raw) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for piece in play.pieces:
                await response.write(piece)
            if play.then == "hangs":
                await asyncio.Event().wait()
            while play.then == "repeats":
                await asyncio.sleep(play.pause_s)
                await response.write(play.pieces[-1])
        except (ConnectionResetError, asyncio.CancelledError):
            self.disconnected.set()
            raise
        if play.then == "breaks":
            assert request.transport is not None
            request.transport.abort()
            return response
        await response.write_eof()
        return response

    async def _say(self, request: web.Request, play: Says) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            async for event in events_of(play):
                await response.write(event)
        except (ConnectionResetError, asyncio.CancelledError):
            self.disconnected.set()
            raise
        if play.cut_at is not None:
            assert request.transport is not None
            request.transport.abort()
            return response
        await response.write_eof()
        return response


def encryption(name: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context, and one for clients that trust it."""
    certificate, key = tests.support.certificate.made_for(name)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as chain:
        chain.write(key + certificate)
        chain.flush()
        serving.load_cert_chain(chain.name)
    return serving, ssl.create_default_context(cadata=certificate.decode())


async def events_of(play: Says) -> AsyncIterator[bytes]:
    """The events of a whole answer, at ``Says``'s pace."""
    sent = 0
    end = len(play.text) if play.cut_at is None else play.cut_at
    while sent < end:
        if play.gate is not None and sent >= play.gate_at:
            await play.gate.wait()
        piece = play.text[sent : min(sent + play.piece, end)]
        sent += len(piece)
        yield _event({"choices": [{"index": 0, "delta": {"content": piece}}]})
        await asyncio.sleep(play.pause_s)
    if play.cut_at is None:
        yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        usage = {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33}
        yield _event({"choices": [], "usage": usage})
        yield b"data: [DONE]\n\n"


def text_event(text: str) -> bytes:
    """One delta of an answer, as sent."""
    return _event({"choices": [{"index": 0, "delta": {"content": text}}]})


def _event(body: dict[str, Any]) -> bytes:
    whole = {"id": "answer-1", "object": "chat.completion.chunk", "model": "stand-in", **body}
    return f"data: {json.dumps(whole)}\n\n".encode()
