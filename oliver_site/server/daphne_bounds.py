"""Adds to Daphne the limits it lacks: on request bodies, unread output and memory per stream.

Daphne buffers a whole body, in memory and then on disk, before it calls the application, and
accepts everything the application sends, however slow the reader is. ``install`` replaces its
request class with one that rejects large bodies while they arrive, makes ``send`` wait for the
reader, drops readers that have stalled and releases headers after use. Called by ``asgi``.
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

from chat.kernel.asgi_types import Message
from chat.kernel.conf import conf
from oliver_site.server import immediate_writes
from oliver_site.server.access_log import without_secrets
from oliver_site.server.body_limit import most_bytes, too_large
from oliver_site.server.refusals import refusal
from oliver_site.server.request_head import UNTRUSTED_HEADERS

#: How long a rejected sender may go on. If cut off at once it would see a reset, not the answer.
_LINGER_S = 10.0

_NO_HEADERS = Headers()


class _BackPressure:
    """A Twisted streaming producer: Twisted calls it when the connection's write buffer fills and
    drains.
    """

    def __init__(self, request: "BoundedRequest") -> None:
        self._request = request
        self._stall_timer: DelayedCall | None = None
        self.drained: asyncio.Event | None = None  # set once the buffer is empty; None while it is

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's names)
        """More than 64 KB are waiting for the reader."""
        self.drained = self.drained or asyncio.Event()
        if self._stall_timer is None:
            self._stall_timer = _later(conf().stalled_after_s, self._request.drop)

    def resumeProducing(self) -> None:  # noqa: N802
        if self.drained is not None:
            self.drained.set()
        self.drained = None
        if self._stall_timer is not None and self._stall_timer.active():
            self._stall_timer.cancel()
        self._stall_timer = None

    stopProducing = resumeProducing  # noqa: N815


class BoundedRequest(daphne.http_protocol.WebRequest):  # type: ignore[misc]  # no types
    clean_headers: list[tuple[bytes, bytes]]
    back_pressure: _BackPressure | None = None
    _size = 0
    _refused = False
    _linger_timer: DelayedCall | None = None

    # --- Incoming ---

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
            self._drop_untrusted_headers()
            return super().process()
        self.finish()
        return None

    def _drop_untrusted_headers(self) -> None:
        """Daphne would take a URL prefix from one of these headers, and fails at an Upgrade that no
        application serves; HTTP allows a server to ignore it.
        """
        for name in (*UNTRUSTED_HEADERS, b"upgrade"):
            self.requestHeaders.removeHeader(name)

    def _refuse(self) -> None:
        """Answer at once, so that a well-behaved sender stops, and discard what still arrives."""
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
        self._linger_timer = _later(_LINGER_S, self.drop)

    # --- Outgoing ---

    def handle_reply(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self.back_pressure is None and self.channel:
            self.back_pressure = _BackPressure(self)
            self.registerProducer(self.back_pressure, True)
            self.requestHeaders, self.clean_headers = _NO_HEADERS, []  # the application has its own
        write_now = getattr(self.channel and self.channel.transport, "write_now", None)
        if write_now is not None and message.get("more_body"):
            write_now(partial(super().handle_reply, message))
            self.responseHeaders = _NO_HEADERS  # already sent
        else:
            super().handle_reply(message)

    def finish(self) -> None:
        self._release()
        if self.producer is not None:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802
        self._release()
        super().connectionLost(reason)

    def drop(self) -> None:
        if self.channel is not None and self.channel.transport is not None:
            self.channel.transport.abortConnection()

    def _release(self) -> None:
        if self.back_pressure is not None:
            self.back_pressure.resumeProducing()
        if self._linger_timer is not None and self._linger_timer.active():
            self._linger_timer.cancel()


async def _handle_reply(
    self: daphne.server.Server, protocol: BoundedRequest, message: Message
) -> None:
    """Replaces ``Server.handle_reply``; waits until the reader has received what was sent."""
    await _server_handle_reply(self, protocol, message)
    back_pressure: _BackPressure | None = getattr(protocol, "back_pressure", None)
    if back_pressure is not None and back_pressure.drained is not None and message.get("more_body"):
        await back_pressure.drained.wait()


def _log_action(
    self: daphne.server.Server, protocol: str, action: str, details: dict[str, str]
) -> None:
    """Replaces ``Server.log_action``, without secrets in the path."""
    _server_log_action(
        self, protocol, action, {**details, "path": without_secrets(details["path"])}
    )


_server_log_action = daphne.server.Server.log_action
_server_handle_reply = daphne.server.Server.handle_reply


def install() -> None:
    """Idempotent."""
    daphne.http_protocol.WebRequest = BoundedRequest
    daphne.server.Server.handle_reply = _handle_reply
    immediate_writes.install()
    daphne.server.Server.log_action = _log_action


def _later(seconds: float, call: Callable[[], None]) -> DelayedCall:
    return cast("ReactorBase", reactor).callLater(seconds, call)
