"""Waiting until somebody says that something has changed: the one such thing of Oliver.

Event logs, the stream's inbox, Daphne's messages and the ticks of reading wait with it. All of one
``Wakeup`` runs on one event loop, so no lock is needed: who waits looks at the state, waits, and
looks again. ``asyncio.Event`` would remember, ``asyncio.Condition`` would want a lock, and each of
them holds 0.7 KB while nobody waits, for each open stream.
"""

import asyncio


class Wakeup:
    """``while not there_is_news(): await wakeup.wait()``, and ``wakeup.wake()`` on news."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] | None = None  # None: nobody

    @property
    def waiting_count(self) -> int:
        return len(self._waiters or ())

    async def wait(self) -> None:
        """Until the next ``wake``; earlier ones do not count."""
        waiter = asyncio.get_running_loop().create_future()
        if self._waiters is None:
            self._waiters = set()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            if self._waiters is not None:
                self._waiters.discard(waiter)

    def wake(self) -> None:
        """All who wait now."""
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)
