"""CalmTransport: the HTTP transport under DSPy's native engine, made for paced streams.

Waking up is most of the cost of a stream of 50 tokens a second: one turn of the event loop for each
token in every layer above. This transport reads everything that has arrived at once, every few
hundredths of a second, and merges the text deltas of one read into one event. It never holds back
the first tokens of an answer or the last ones before a pause. If the turn has a ``shortcut``, text
takes it, and lm15 and DSPy get theirs later in larger pieces. Between two reads a connection is
paused (``resting_line``). Errors are raised here, as classified by ``failure_table``.

aiohttp does the HTTP (its parser is C). lm15 passes requests in and takes lines out.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from dspy._vendor.lm15.transports import (
    ConnectError,
    ReadError,
    ReadTimeout,
    TransportError,
    TransportRequest,
)

from chat.engine.providers.batched_reads import Ticks
from chat.engine.providers.dialects.base import Dialect
from chat.engine.providers.end_of_answer import end_of, tell
from chat.engine.providers.failure_table import (
    ProviderFailure,
    broken_off,
    failure_in_body,
    failure_of,
)
from chat.engine.providers.resting_line import RestingLine
from chat.engine.providers.silence_timeout import WORDLESS_TIMES, Patience
from chat.engine.providers.text_deltas import DeltaMerger
from chat.engine.providers.text_shortcut import shortcut_of_this_request

#: Number of reads without delay: the first words of an answer, markers included.
EAGER_READS = 12
#: Bytes read of an error's body.
_MOST_ERROR_BYTES = 64 * 1024
_FIRST_ERROR = 400


class CalmTransport:
    """For ``RouterConfig(transport=…)``. Bound to the event loop that first uses it."""

    def __init__(self, *, dialect: Dialect, timeout_s: float, max_connections: int) -> None:
        self.dialect = dialect
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=None, sock_connect=min(10.0, timeout_s), sock_read=timeout_s
        )
        self.timeout_s = timeout_s
        self._max_connections = max_connections
        self._session: aiohttp.ClientSession | None = None
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
                connector=connector, timeout=self._timeout, auto_decompress=True
            )
        return self._session


@lru_cache(maxsize=16)
def proxy_for(url: str) -> str | None:
    """The environment's proxy. aiohttp would look it up at each request, and search ``~/.netrc``
    in a thread for a password, which conflicts with our own key.
    """
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


class _Exchange:
    def __init__(self, transport: CalmTransport, request: TransportRequest) -> None:
        self._transport = transport
        self._request = request
        self._response: aiohttp.ClientResponse

    async def __aenter__(self) -> "CalmResponse":
        request = self._request
        try:
            async with asyncio.timeout(self._transport.timeout_s * WORDLESS_TIMES):
                self._response = await self._transport.session().request(
                    request.method,
                    request.url,
                    headers=request.headers,
                    data=request.body or None,
                    proxy=proxy_for(request.url),
                    # It could lead into our own network, with the key; OLIVER_API_BASE decides.
                    allow_redirects=False,
                )
        except (TimeoutError, aiohttp.ClientError) as exc:
            raise _translated(exc) from exc
        self._refuse_redirect()
        if self._response.status >= _FIRST_ERROR:
            raise await self._failure()
        self._transport.ticks.count(+1)
        return CalmResponse(self._response, self._transport)

    async def _failure(self) -> ProviderFailure:
        response = self._response
        try:
            async with asyncio.timeout(self._transport.timeout_s):
                body = await response.content.read(_MOST_ERROR_BYTES)
        except (TimeoutError, aiohttp.ClientError):
            body = b""
        finally:
            response.close()
        return failure_of(response.status, response.headers, body)

    def _refuse_redirect(self) -> None:
        if 300 <= self._response.status < 400:
            self._response.close()
            where = self._response.headers.get("Location", "")[:200]
            raise ConnectError(f"the provider redirects to {where!r}; OLIVER_API_BASE names it")

    async def __aexit__(self, *exc: object) -> None:
        self._transport.ticks.count(-1)
        if self._response.content.is_eof():
            self._response.release()
        else:
            self._response.close()  # unread data: the connection cannot be reused


class CalmResponse:
    """lm15's interface: status, headers, the whole body, or its lines."""

    def __init__(self, response: aiohttp.ClientResponse, transport: CalmTransport) -> None:
        self.status = response.status
        self.reason = response.reason or ""
        self.headers = list(response.headers.items())
        self.http_version = "1.1"
        self._response = response
        self._transport = transport
        self._shortcut = shortcut_of_this_request()

    def header(self, name: str) -> str | None:
        return self._response.headers.get(name)

    async def read(self) -> bytes:
        try:
            async with asyncio.timeout(self._transport.timeout_s * WORDLESS_TIMES):
                return await self._response.read()
        except (TimeoutError, aiohttp.ClientError) as exc:
            raise _translated(exc) from exc

    async def aiter_lines(self) -> AsyncIterator[bytes]:
        """Lines of an event stream, with merged deltas; reports the end when it arrives."""
        merger = DeltaMerger(self._transport.dialect)
        failure: Exception | None = None
        body = b""  # while there are no events
        try:
            async for data in self._reads():
                if not merger.has_events and len(body) < _MOST_ERROR_BYTES:
                    body += data
                # Only once DSPy has had some: until then a failure is retried.
                if self._shortcut and merger.has_told:
                    merger.heard = self._shortcut
                for line in merger.feed(data):
                    yield line
        except (TransportError, ProviderFailure) as exc:
            failure = exc
        for line in merger.finish(whole=failure is None):  # text before a failure counts
            yield line
        end = end_of(merger.facts, whole=failure is None)
        tell(end)
        if failure is None and end.kind == "broken":
            failure = broken_off(end.reason)
        if failure is None and not merger.has_events:
            failure = failure_in_body(body)
        if failure is not None:
            raise failure

    async def _reads(self) -> AsyncIterator[bytes]:
        """Data as it arrives at first, then once a tick."""
        patience, reads, tick = Patience(self._transport.timeout_s), 0, 0.0
        line = self._line()
        try:
            while data := await self._read():
                patience.hear(data)
                yield data
                reads += 1
                if reads > EAGER_READS:
                    tick = await self._rest(line, since=tick)
        except (TimeoutError, aiohttp.ClientError) as exc:
            raise _translated(exc) from exc

    async def _read(self) -> bytes:
        """Raises ``TimeoutError`` when the provider was silent for too long; b"" is the end."""
        async with asyncio.timeout(self._transport.timeout_s):
            return await self._response.content.readany()

    def _line(self) -> RestingLine | None:
        """None if everything has arrived with the head: the connection has been given back."""
        connection = self._response.connection
        protocol = connection.protocol if connection is not None else None
        if protocol is None or protocol.transport is None:
            return None
        # aiohttp's timeout runs on during a pause. In a suspended process it would expire.
        protocol.read_timeout = None
        return RestingLine(protocol.transport, protocol)

    async def _rest(self, line: RestingLine | None, *, since: float) -> float:
        """Let the kernel collect data up to the next tick, then take it.

        The connection stays paused while each tick brings data: resuming and pausing it costs three
        system calls and a turn of the loop. If nothing came, the loop watches it; if everything
        came, the connection may serve another request.
        """
        if line is None or self._response.connection is None or line.is_closing():
            return since  # all has arrived; the connection may serve another request
        line.pause()
        tick = await self._transport.ticks.next(since=since)
        if line.is_closing():
            return tick
        content = self._response.content
        known_bytes = content.total_bytes
        line.take()
        if content.total_bytes == known_bytes or content.is_eof():  # no text, or half a chunk
            line.resume()
        return tick


def _translated(exc: Exception) -> Any:
    """aiohttp's errors as lm15's transport errors, which its engine knows."""
    if isinstance(exc, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return ConnectError(str(exc))
    if isinstance(exc, TimeoutError):
        return ReadTimeout(f"no bytes from the provider: {exc}")
    return ReadError(str(exc))
