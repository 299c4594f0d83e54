"""Bounds that Daphne lacks: of what it takes in, keeps for slow readers, and holds of a stream.

Daphne collects a whole body (in memory, then on disk) before the application hears of it, and
accepts everything that the application sends at once, however slow the reader is. ``install``
gives it a request class that refuses large bodies while they arrive, lets ``send`` wait until the
reader has taken what was sent, drops a reader who takes nothing for long, and lets go of headers
once they are used; and a small queue instead of ``asyncio``'s for each request. ``asgi`` calls it.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

import daphne.http_protocol
import daphne.server
from twisted.internet import reactor
from twisted.internet.base import DelayedCall, ReactorBase
from twisted.python.failure import Failure
from twisted.web.http_headers import Headers

from chat.kernel.asgi_types import Message, Scope
from chat.kernel.conf import conf
from chat.kernel.wakeup import Wakeup
from oliver_site.server import prompt_writes
from oliver_site.server.access_log import without_secrets
from oliver_site.server.body_limit import most_bytes, too_large
from oliver_site.server.refusals import refusal
from oliver_site.server.request_head import UNBELIEVED

#: A refused sender may go on for so long: cut at once, it would see no answer but a reset.
_LINGER_S = 10.0

_NO_HEADERS = Headers()


class _Pressure:
    """What the connection says of its reader; Twisted calls it a streaming producer."""

    def __init__(self, request: "BoundedRequest") -> None:
        self._request = request
        self._giving_up: DelayedCall | None = None
        self.relief: asyncio.Event | None = None  # while something waits for the reader

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's names)
        """64 KB wait for the reader."""
        self.relief = self.relief or asyncio.Event()
        if self._giving_up is None:
            self._giving_up = _later(conf().stalled_after_s, self._request.drop)

    def resumeProducing(self) -> None:  # noqa: N802
        """The reader has taken all."""
        if self.relief is not None:
            self.relief.set()
        self.relief = None
        if self._giving_up is not None and self._giving_up.active():
            self._giving_up.cancel()
        self._giving_up = None

    stopProducing = resumeProducing  # noqa: N815


class BoundedRequest(daphne.http_protocol.WebRequest):  # type: ignore[misc]  # no types
    """See the module."""

    clean_headers: list[tuple[bytes, bytes]]
    pressure: _Pressure | None = None
    _size = 0
    _refused = False
    _lingering: DelayedCall | None = None

    # --- What comes in ---

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        super().gotLength(length if length is None or length <= most_bytes() else 0)
        if length is not None and length > most_bytes():
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self._size += len(data)
        if self._refused:
            return
        if self._size > most_bytes():
            self._refuse()
        else:
            super().handleContentChunk(data)

    def process(self) -> object:
        if not self._refused:
            self._forget_what_is_not_believed()
            return super().process()
        self.finish()
        return None

    def _forget_what_is_not_believed(self) -> None:
        """Daphne would take a prefix for all links from a header, and fails at an Upgrade that no
        application serves; HTTP lets a server ignore one.
        """
        for name in (*UNBELIEVED, b"upgrade"):
            self.requestHeaders.removeHeader(name)

    def _refuse(self) -> None:
        """Answer now, so that a sender who listens stops; what still comes goes nowhere."""
        self._refused = True
        self.clientproto, self.path = b"HTTP/1.1", b""
        self.setResponseCode(413)
        sent = [
            (name, value)
            for name, values in self.requestHeaders.getAllRawHeaders()
            for value in values
        ]
        headers, body = refusal(too_large(), sent)
        for name, value in headers:
            self.responseHeaders.addRawHeader(name, value)
        self.channel.persistent = False
        self.write(body)
        self._lingering = _later(_LINGER_S, self.drop)

    # --- What goes out ---

    def handle_reply(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self.pressure is None and self.channel:
            self.pressure = _Pressure(self)
            self.registerProducer(self.pressure, True)
            self.requestHeaders, self.clean_headers = _NO_HEADERS, []  # the application has them
        at_once = getattr(self.channel and self.channel.transport, "at_once", None)
        if at_once is not None and message.get("more_body"):
            at_once(partial(super().handle_reply, message))
            self.responseHeaders = _NO_HEADERS  # they are sent
        else:
            super().handle_reply(message)

    def finish(self) -> None:
        self._relieve()
        if self.producer is not None:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802
        self._relieve()
        super().connectionLost(reason)

    def drop(self) -> None:
        """Without goodbye: nobody listens."""
        if self.channel is not None and self.channel.transport is not None:
            self.channel.transport.abortConnection()

    def _relieve(self) -> None:
        if self.pressure is not None:
            self.pressure.resumeProducing()
        if self._lingering is not None and self._lingering.active():
            self._lingering.cancel()


class _Arrivals:
    """What an application receives: Daphne's ``asyncio.Queue`` takes 3 KB for each open stream."""

    __slots__ = ("_messages", "_news")

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._news = Wakeup()

    def put_nowait(self, message: Message) -> None:
        self._messages.append(message)
        self._news.wake()

    async def get(self) -> Message:
        while not self._messages:
            await self._news.wait()
        return self._messages.pop(0)


def _create_application(
    self: daphne.server.Server, protocol: BoundedRequest, scope: Scope
) -> _Arrivals | None:
    """``Server.create_application`` with a smaller queue."""
    assert "application_instance" not in self.connections[protocol]
    arrivals = _Arrivals()
    scope.setdefault("asgi", {"version": "3.0"})
    send = partial(self.handle_reply, protocol)
    application = self.application(scope=scope, receive=arrivals.get, send=send)
    if protocol not in self.connections:
        return None
    self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
    return arrivals


async def _handle_reply(
    self: daphne.server.Server, protocol: BoundedRequest, message: Message
) -> None:
    """``Server.handle_reply``, which then waits until the reader has taken what was sent."""
    await _server_handle_reply(self, protocol, message)
    pressure: _Pressure | None = getattr(protocol, "pressure", None)
    if pressure is not None and pressure.relief is not None and message.get("more_body"):
        await pressure.relief.wait()


def _log_action(
    self: daphne.server.Server, protocol: str, action: str, details: dict[str, str]
) -> None:
    """``Server.log_action``, with a path that may be kept."""
    _server_log_action(
        self, protocol, action, {**details, "path": without_secrets(details["path"])}
    )


_server_log_action = daphne.server.Server.log_action
_server_handle_reply = daphne.server.Server.handle_reply


def install() -> None:
    """From now on Daphne's connections are bounded. Twice is once."""
    daphne.http_protocol.WebRequest = BoundedRequest
    daphne.server.Server.create_application = _create_application
    daphne.server.Server.handle_reply = _handle_reply
    prompt_writes.install()
    daphne.server.Server.log_action = _log_action


def _later(seconds: float, call: Callable[[], None]) -> DelayedCall:
    return cast("ReactorBase", reactor).callLater(seconds, call)
