"""Ticks and sips: resting connections are read together, and no task wakes for their text.

A sip is what has arrived on one connection at one tick. It goes to who hears it by a plain call:
to wake the task that reads the response costs more than all that is done with the text, because
DSPy stands between the two with two dozen coroutines. The task wakes when a sip has lines for it,
when nothing came (the loop watches the connection then), and at the end. ``transport`` uses it.
"""

import asyncio
import math
import os
from collections.abc import Callable
from time import monotonic
from typing import Any

import aiohttp

#: The time between two reads of one stream. Under load a little longer: what counts then is how
#: many streams one core can carry. Two frames of 60 Hz; an eighth of a second.
SHORTEST_S = 0.035
LONGEST_S = 0.12
#: From so many streams on, reads are ``LONGEST_S`` apart.
_MANY_STREAMS = 100
#: Reads of all streams fall on common ticks, so many of them in an eighth of a second. The more
#: streams a tick has, the less each costs, because Python's code and the loop's own data are in the
#: processor's caches then (measured at 100 streams: 10 a tick 294 us a message, 33 a tick 239 us);
#: and the longer the last of them waits.
_CYCLE_S = 0.125
_FEWEST_TICKS, _MOST_TICKS = 3, 10
_STREAMS_A_TICK = 40
#: Up to so many streams, a core has time enough to read each a little sooner.
_FEW_STREAMS = 50
#: How many more streams than its share a tick may have; further ones come a tick sooner. Streams
#: that began together would wait for each other at every tick.
_MOST_MORE = 3
_MOST_BYTES = 64 * 1024


class Ticks:
    """Wakes sips when they are due, those of a tick together: one timer serves many."""

    def __init__(self) -> None:
        self._due: dict[float, list[Sip]] = {}  # by the time of the tick, as ``monotonic`` tells it
        self._streams = 0  # that are being read now

    def count(self, change: int) -> None:
        """So many more streams are being read, or fewer."""
        self._streams += change

    def wake_next(self, sip: "Sip", *, since: float | None = None) -> None:
        """On the first common tick an interval after ``since``, or after now.

        Who was woken by a tick counts from there: under load the reads come no rarer for the
        tick's own work, but for what a late loop cannot catch up with.
        """
        now, tick_s = monotonic(), self.tick_s()
        due = self.tick_after(now if since is None else max(since, now - tick_s))
        sooner = round(due - tick_s, 6)
        if sooner > now and self._crowd(due) > max(self._most(), self._crowd(sooner)):
            due = sooner
        if due not in self._due:
            self._due[due] = []
            asyncio.get_running_loop().call_later(max(0.0, due - now), self._wake, due)
        self._due[due].append(sip)

    def tick_after(self, began: float) -> float:
        """When the first tick is that is an interval after ``began``."""
        tick_s = self.tick_s()
        return round(math.ceil((began + self.interval_s()) / tick_s - 0.001) * tick_s, 6)

    def interval_s(self) -> float:
        """How far apart the reads of one stream are now."""
        load = min(1.0, self._streams / _MANY_STREAMS)
        return SHORTEST_S + (LONGEST_S - SHORTEST_S) * load

    def tick_s(self) -> float:
        """How far apart the ticks are now."""
        if self._streams <= _FEW_STREAMS:
            return _CYCLE_S / _MOST_TICKS
        ticks = max(_FEWEST_TICKS, min(_MOST_TICKS, self._streams // _STREAMS_A_TICK))
        return _CYCLE_S / ticks

    def _crowd(self, due: float) -> int:
        return len(self._due.get(due, ()))

    def _most(self) -> float:
        """More streams than so many should not share a tick."""
        return self._streams / math.ceil(self.interval_s() / self.tick_s()) + _MOST_MORE

    def _wake(self, due: float) -> None:
        for sip in self._due.pop(due):
            sip.wake(due)


class RestingConnection:
    """An aiohttp connection's transport that can rest.

    aiohttp asks for more after each piece that it hands out. While it rests that means nothing:
    to let the loop watch the socket and stop again would cost two system calls.
    """

    __slots__ = ("_patience_s", "_transport", "resting")

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.resting = False
        self._patience_s: float | None = None

    @classmethod
    def of(cls, transport: Any) -> "RestingConnection":
        """The same for every response that this connection brings."""
        if isinstance(transport, cls):
            return transport
        connection = cls(transport)
        transport.get_protocol().connection_made(connection)  # as asyncio itself does for TLS
        return connection

    def rest(self) -> None:
        """Nothing is read; the time a provider may be silent does not pass."""
        if not self.resting:
            self.resting = True
            protocol = self._transport.get_protocol()
            self._patience_s, protocol.read_timeout = protocol.read_timeout, None
            self._transport.pause_reading()

    def go_on(self, *, patiently: bool) -> None:
        """The loop reads what comes. ``patiently``: and says when nothing does for too long."""
        if self.resting:
            self.resting = False
            protocol = self._transport.get_protocol()
            protocol.read_timeout = self._patience_s
            if patiently:
                protocol.start_timeout()
            self._transport.resume_reading()

    def pause_reading(self) -> None:
        if not self.resting:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not self.resting:
            self._transport.resume_reading()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Sip:
    """One response that is read in sips. One task waits for it at a time."""

    def __init__(
        self,
        connection: RestingConnection,
        content: aiohttp.StreamReader,
        *,
        ticks: Ticks,
        hear: Callable[[bytes], list[bytes]],
    ) -> None:
        """``hear`` takes what was read, and returns what the task must pass on; mostly nothing."""
        self._connection = connection
        self._protocol = connection.get_protocol()
        self._socket = connection.get_extra_info("socket")
        self._encrypted = connection.get_extra_info("sslcontext") is not None
        self._content = content
        self._ticks = ticks
        self._hear = hear
        self._waiter: asyncio.Future[list[bytes]]

    async def lines(self) -> list[bytes]:
        """Rest until there are lines to pass on; none: the task must read on by itself.

        Raises what ``hear`` raises.
        """
        self._waiter = asyncio.get_running_loop().create_future()
        self._connection.rest()
        self._ticks.wake_next(self)
        return await self._waiter

    def wake(self, at: float) -> None:
        """``at``: when the tick was due. Does not raise: other streams share the tick."""
        if self._waiter.done():
            return  # the task was cancelled
        try:
            if self._encrypted:
                # Let it decrypt what it has; that comes before us in the loop's queue.
                self._connection.go_on(patiently=False)
                asyncio.get_running_loop().call_soon(self._take, at)
                return
            if data := self._arrived():
                self._protocol.data_received(data)
        except Exception as exc:
            self._waiter.set_exception(exc)
        else:
            self._take(at)

    def _take(self, at: float) -> None:
        if self._waiter.done():
            return
        try:
            lines = self._hear_what_came()
            if lines is None:
                self._leave()
            elif lines:
                self._waiter.set_result(lines)
            else:
                self._connection.rest()
                self._ticks.wake_next(self, since=at)
        except Exception as exc:
            self._waiter.set_exception(exc)  # the task closes the connection

    def _hear_what_came(self) -> list[bytes] | None:
        """None: nothing came, or the rest of it is the end."""
        content = self._content
        if content.exception() is not None or content.is_eof():
            return None
        data = content.read_nowait()
        return self._hear(data) if data else None

    def _leave(self) -> None:
        content = self._content
        alive = content.exception() is None and not content.is_eof()
        self._connection.go_on(patiently=alive and not self._connection.is_closing())
        self._waiter.set_result([])

    def _arrived(self) -> bytes:
        """What the kernel has collected; nothing also at the end, which the loop will notice."""
        if self._connection.is_closing():
            return b""
        try:
            return os.read(self._socket.fileno(), _MOST_BYTES)
        except OSError:
            return b""
