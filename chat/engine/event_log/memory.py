"""The in-memory event log: the default, for a single process.

All methods run on one event loop and never await between reading and changing state, so no lock is
needed. Memory is bounded by the live turns and those that ended within the retention.
"""

from collections.abc import AsyncGenerator, Sequence
from time import monotonic

from chat.engine.event_log.base import Event, EventLog, LogEnded, UnknownSeq
from chat.engine.event_log.packed_events import PackedEvents
from chat.kernel.chunks import StreamChunk
from chat.kernel.wakeup import Wakeup


class _TurnLog:
    __slots__ = ("ended_at", "events", "news", "opened")

    def __init__(self) -> None:
        self.opened = False  # by the worker; a reader may come earlier
        self.events = PackedEvents()
        self.news = Wakeup()
        self.ended_at: float | None = None  # monotonic seconds

    def add(self, chunks: Sequence[StreamChunk]) -> None:
        for chunk in chunks:
            if self.ended_at is not None:
                raise LogEnded("the turn has ended")
            self.events.append(chunk)
            if chunk.done:
                self.ended_at = monotonic()
        self.news.wake()


class MemoryEventLog(EventLog):
    def __init__(self, *, retention_s: float) -> None:
        self._turns: dict[int, _TurnLog] = {}
        self._retention_s = retention_s

    async def open(self, turn_id: int) -> None:
        self._forget_old()
        self._turns.setdefault(turn_id, _TurnLog()).opened = True

    async def append(self, turn_id: int, chunks: Sequence[StreamChunk]) -> int:
        log = self._turns.get(turn_id)
        if log is None or not log.opened:
            raise LogEnded(f"turn {turn_id} is not open")
        log.add(chunks)
        return len(log.events)

    async def read(self, turn_id: int, *, after: int = 0) -> list[Event]:
        return list(self._known(turn_id, after).events.after(after))

    async def follow(
        self, turn_id: int, *, after: int = 0
    ) -> AsyncGenerator[Sequence[Event], None]:
        if after == 0:
            self._turns.setdefault(turn_id, _TurnLog())
        log = self._known(turn_id, after)
        while True:
            if batch := log.events.after(after):
                after = batch[-1].seq
                yield batch
            elif log.ended_at is not None:
                return
            else:
                await log.news.wait()

    def holds(self, turn_id: int) -> bool:
        return turn_id in self._turns

    async def healthy(self) -> bool:
        return True

    def _known(self, turn_id: int, after: int) -> _TurnLog:
        log = self._turns.get(turn_id)
        if log is None or after > len(log.events):
            raise UnknownSeq(f"turn {turn_id} has no event {after}")
        return log

    def _forget_old(self) -> None:
        """Turns do not end in the order they began, so every log is checked."""
        oldest = monotonic() - self._retention_s
        for turn_id, log in list(self._turns.items()):
            abandoned = not log.opened and not log.news.waiting_count
            if abandoned or (log.ended_at is not None and log.ended_at < oldest):
                del self._turns[turn_id]
