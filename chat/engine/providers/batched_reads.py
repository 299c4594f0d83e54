"""Ticks: times at which idle connections are read, many at once.

Waking up is most of the cost of a stream of 50 tokens a second. So a connection is paused between
two reads (by ``transport``), and incoming data waits in the kernel.
"""

import asyncio
import math
from time import monotonic

from chat.kernel.wakeup import Wakeup

#: Seconds between two reads of one stream: two frames at 60 Hz. Under load an eighth of a second,
#: because the number of streams on one core matters more then.
SHORTEST_S = 0.035
LONGEST_S = 0.12
#: From this many streams on, reads are ``LONGEST_S`` apart.
_MANY_STREAMS = 100
#: Reads of all streams share this many ticks in an eighth of a second. The more streams share a
#: tick, the less each costs, because Python's code and the loop's data are still in the processor's
#: caches (100 streams: 10 a tick 294 us a message, 33 a tick 239 us), but the longer the last of
#: them waits.
_CYCLE_S = 0.125
_FEWEST_TICKS, _MOST_TICKS = 3, 10
_STREAMS_A_TICK = 40
#: Up to this many streams, a core has time to read each a little sooner.
_FEW_STREAMS = 50
#: How many streams above its share a tick may have; further ones are read a tick sooner. Otherwise
#: streams that began together would wait for each other at every tick.
_MOST_MORE = 3


class Ticks:
    """Wakes the readers of a tick together: one timer serves many."""

    def __init__(self) -> None:
        self._due: dict[float, Wakeup] = {}  # by the tick's ``monotonic`` time
        self._streams = 0  # being read now

    def count(self, change: int) -> None:
        """``change``: how many more streams are read now; negative if fewer."""
        self._streams += change

    async def next(self, *, since: float = 0.0) -> float:
        """Wait for the first tick at least an interval after ``since``; return when it was due.

        ``since`` is the previous tick, so the work of a tick does not delay reads. If it is long
        past, it is ignored: the reader has been waiting for its provider.
        """
        now, tick_s = monotonic(), self.tick_s()
        due = self.tick_after(since if now - since < tick_s else now)
        sooner = round(due - tick_s, 6)
        if sooner > now and self._crowd(due) > max(self._most(), self._crowd(sooner)):
            due = sooner
        if due not in self._due:
            self._due[due] = Wakeup()
            asyncio.get_running_loop().call_later(max(0.0, due - now), self._wake, due)
        await self._due[due].wait()
        return due

    def tick_after(self, began: float) -> float:
        tick_s = self.tick_s()
        return round(math.ceil((began + self.interval_s()) / tick_s - 0.001) * tick_s, 6)

    def interval_s(self) -> float:
        load = min(1.0, self._streams / _MANY_STREAMS)
        return SHORTEST_S + (LONGEST_S - SHORTEST_S) * load

    def tick_s(self) -> float:
        if self._streams <= _FEW_STREAMS:
            return _CYCLE_S / _MOST_TICKS
        ticks = max(_FEWEST_TICKS, min(_MOST_TICKS, self._streams // _STREAMS_A_TICK))
        return _CYCLE_S / ticks

    def _crowd(self, due: float) -> int:
        return self._due[due].waiting_count if due in self._due else 0

    def _most(self) -> float:
        """Above this number, streams should not share a tick."""
        return self._streams / math.ceil(self.interval_s() / self.tick_s()) + _MOST_MORE

    def _wake(self, due: float) -> None:
        self._due.pop(due).wake()
