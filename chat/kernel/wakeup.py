"""Wakeup: waiting for a change, with almost no memory per waiter.

Used by event logs, the inbox of a stream, Daphne's messages and the reading loops. A ``Wakeup``
belongs to one event loop, so it needs no lock: check the state, wait, check again.
``asyncio.Event`` would stay set, ``asyncio.Condition`` needs a lock, and each takes 0.7 KB per idle
stream.
"""

import asyncio


class Wakeup:
    """``while not there_is_news(): await wakeup.wait()``, and ``wakeup.wake()`` on news."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] | None = None  # None: no waiters

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
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)
