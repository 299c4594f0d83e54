"""Ticks: the moments at which resting connections are read, many of them together.

Of a stream of 50 tokens a second most of the cost is the waking. So a connection rests between two
reads (``transport`` pauses it), and what arrives meanwhile waits in the kernel.
"""

import asyncio
import math
from time import monotonic

from chat.kernel.wakeup import Wakeup

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


class Ticks:
    """Wakes readers when they are due, those of a tick together: one timer serves many."""

    def __init__(self) -> None:
        self._due: dict[float, Wakeup] = {}  # by the tick's ``monotonic`` time
        self._streams = 0  # that are being read now

    def count(self, change: int) -> None:
        """So many more streams are being read, or fewer."""
        self._streams += change

    async def next(self, *, since: float = 0.0) -> float:
        """Wait for the first common tick an interval after ``since``; returns when it was due.

        ``since`` is the tick before, so that reads come no rarer for the work of a tick. One that
        is long past does not count: the reader has waited for its provider meanwhile.
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
        return self._due[due].waiting_count if due in self._due else 0

    def _most(self) -> float:
        """More streams than so many should not share a tick."""
        return self._streams / math.ceil(self.interval_s() / self.tick_s()) + _MOST_MORE

    def _wake(self, due: float) -> None:
        self._due.pop(due).wake()
