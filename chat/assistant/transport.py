"""CalmTransport: the HTTP transport under DSPy's native engine, made for paced streams.

Of a stream of 50 tokens a second, most of the cost is not the text but the waking: one turn of the
event loop per token in every layer above. This transport reads all that has arrived in one go,
every few hundredths of a second, and merges the text deltas of one read into one event. The first
tokens of an answer are never held back, and what came before a pause is never delayed. Where the
turn has a ``shortcut``, text takes it, and lm15 and DSPy get theirs later and in larger pieces.

aiohttp does the HTTP (its parser is C). lm15 hands requests in and takes lines out.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

import aiohttp
from dspy._vendor.lm15.transports import (
    ConnectError,
    ReadError,
    ReadTimeout,
    TransportError,
    TransportRequest,
)

from chat.assistant.deltas import DeltaMerger
from chat.assistant.patience import WORDLESS_TIMES, Patience
from chat.assistant.shortcut import shortcut_of_this_request

logger = logging.getLogger(__name__)

#: Reads that are taken as they come: the first words of an answer, markers included.
EAGER_READS = 12
#: The time between two reads of one stream. Under load a little longer: what counts then is how
#: many streams one core can carry. Two frames of 60 Hz; an eighth of a second.
SHORTEST_S = 0.035
LONGEST_S = 0.12
#: From so many streams on, reads are ``LONGEST_S`` apart.
_MANY_STREAMS = 100
#: Reads of all streams fall on common ticks, so that one turn of the event loop serves many.
_TICK_S = 0.0125
_MOST_BYTES = 64 * 1024


class CalmTransport:
    """For ``RouterConfig(transport=…)``. Belongs to the event loop that first uses it."""

    def __init__(self, *, timeout_s: float, max_connections: int) -> None:
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=None, sock_connect=min(10.0, timeout_s), sock_read=timeout_s
        )
        self.timeout_s = timeout_s
        self._max_connections = max_connections
        self._session: aiohttp.ClientSession | None = None
        self._reading = 0  # streams that are being read now
        self.ticks = Ticks()

    def stream(self, request: TransportRequest) -> "_Exchange":
        """An async context manager that yields the response."""
        return _Exchange(self, request)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._max_connections)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, trust_env=True, auto_decompress=True
            )
        return self._session

    def interval_s(self) -> float:
        """How far apart the reads of one stream are now."""
        load = min(1.0, self._reading / _MANY_STREAMS)
        return SHORTEST_S + (LONGEST_S - SHORTEST_S) * load

    def count(self, change: int) -> None:
        self._reading += change


class _Exchange:
    """One request and its response."""

    def __init__(self, transport: CalmTransport, request: TransportRequest) -> None:
        self._transport = transport
        self._request = request
        self._response: aiohttp.ClientResponse

    async def __aenter__(self) -> "CalmResponse":
        request = self._request
        try:
            async with asyncio.timeout(self._transport.timeout_s * WORDLESS_TIMES):
                self._response = await self._transport.session().request(
                    request.method, request.url, headers=request.headers, data=request.body or None
                )
        except (TimeoutError, aiohttp.ClientError) as exc:
            raise _translated(exc) from exc
        self._transport.count(+1)
        return CalmResponse(self._response, self._transport)

    async def __aexit__(self, *exc: object) -> None:
        self._transport.count(-1)
        if self._response.content.is_eof():
            self._response.release()
        else:
            self._response.close()  # unread text on the line: the connection cannot serve again


class CalmResponse:
    """What lm15 needs of a response: status, headers, the whole body, or its lines."""

    def __init__(self, response: aiohttp.ClientResponse, transport: CalmTransport) -> None:
        self.status = response.status
        self.reason = response.reason or ""
        self.headers = list(response.headers.items())
        self.http_version = "1.1"
        self._response = response
        self._transport = transport
        self._shortcut = shortcut_of_this_request()
        self._reads_done = 0

    def header(self, name: str) -> str | None:
        return self._response.headers.get(name)

    async def read(self) -> bytes:
        try:
            async with asyncio.timeout(self._transport.timeout_s * WORDLESS_TIMES):
                return await self._response.read()
        except (TimeoutError, aiohttp.ClientError) as exc:
            raise _translated(exc) from exc

    async def aiter_lines(self) -> AsyncIterator[bytes]:
        """The lines of an event stream, with text deltas merged."""
        merger, failure = DeltaMerger(), None
        try:
            async for data in self._reads():
                if self._reads_done > EAGER_READS and self._shortcut:
                    merger.heard = self._shortcut
                for line in merger.feed(data):
                    yield line
        except TransportError as exc:
            failure = exc
        for line in merger.finish(whole=failure is None):  # what came before a failure counts
            yield line
        if failure is not None:
            raise failure

    async def _reads(self) -> AsyncIterator[bytes]:
        """What has arrived, read by read; calm after the first ones."""
        content, patience = self._response.content, Patience(self._transport.timeout_s)
        try:
            while data := await content.readany():
                patience.hear(data)
                self._reads_done += 1
                if self._reads_done > EAGER_READS and not content.at_eof():
                    self._rest()
                yield data
        except (TimeoutError, aiohttp.ClientError) as exc:
            raise _translated(exc) from exc

    def _rest(self) -> None:
        """Let the kernel collect what comes, until the next read is due."""
        connection = _transport_of(self._response)
        if connection is not None:
            due = monotonic() + self._transport.interval_s()
            self._transport.ticks.rest(connection, self._response.content, until=due)


class Ticks:
    """Connections that rest until they are due, woken together: one timer serves many."""

    def __init__(self) -> None:
        self._due: dict[int, list[tuple[Any, aiohttp.StreamReader]]] = {}  # by number of the tick

    def rest(self, connection: Any, content: aiohttp.StreamReader, *, until: float) -> None:
        """Read nothing up to the first common tick after ``until`` (by ``monotonic``)."""
        connection.pause_reading()
        tick = int(until // _TICK_S) + 1
        if tick not in self._due:
            self._due[tick] = []
            asyncio.get_running_loop().call_later(
                max(0.0, tick * _TICK_S - monotonic()), self._wake, tick
            )
        self._due[tick].append((connection, content))

    def _wake(self, tick: int) -> None:
        for connection, content in self._due.pop(tick):
            try:
                _read_on(connection, content)
            except Exception:
                logger.exception("A provider's connection could not be read")
                connection.abort()


def _read_on(connection: Any, content: aiohttp.StreamReader) -> None:
    """Read what has arrived. Where nothing has, or it must be decrypted, the loop will.

    Read here, it costs one system call. To let the loop watch the socket and stop again costs
    three, and a turn of the loop.
    """
    if connection.is_closing():
        return
    data = b"" if connection.get_extra_info("sslcontext") else _arrived(connection)
    if data:
        connection.get_protocol().data_received(data)
    if not data or content.is_eof() or content.exception() is not None:
        connection.resume_reading()


def _arrived(connection: Any) -> bytes:
    """What the kernel has collected; nothing also at the end, which the loop will notice."""
    try:
        return os.read(connection.get_extra_info("socket").fileno(), _MOST_BYTES)
    except OSError:
        return b""


def _transport_of(response: aiohttp.ClientResponse) -> Any:
    """The connection's transport while there is more to come; None once all has arrived."""
    return response.connection.transport if response.connection is not None else None


def _translated(exc: Exception) -> Any:
    """aiohttp's errors as lm15's transport errors, which its engine knows."""
    if isinstance(exc, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return ConnectError(str(exc))
    if isinstance(exc, TimeoutError):
        return ReadTimeout(f"no bytes from the provider: {exc}")
    return ReadError(str(exc))
