"""The gate: few requests work at once, first come, first served.

Python runs one thread at a time. Two hundred requests at once, each on a thread of its own, all end
late together, and streams get a two-hundredth of the time meanwhile; one after the other the first
is answered after milliseconds, and the sum is smaller. Used by ``handler``.

Requests wait in two lanes that are served in turn: whoever follows an answer is not behind all who
have just asked.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """``async with gate.entered(following=…):``; lives on the event loop that first uses it."""

    def __init__(self, *, most: int, patience_s: float) -> None:
        """Who is inside for longer than ``patience_s`` waits for something else than the
        interpreter (a lock, a database that is away), and counts no more.
        """
        self._free = most
        self._patience_s = patience_s
        self._lanes: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())
        self._turn = 0  # the lane that is served next

    @asynccontextmanager
    async def entered(self, *, following: bool) -> AsyncIterator[None]:
        """Wait for one's turn, and be inside."""
        await self._enter(self._lanes[following])
        counted = True

        def leave() -> None:
            nonlocal counted
            if counted:
                counted = False
                self._free += 1
                self._let_in()

        timer = asyncio.get_running_loop().call_later(self._patience_s, leave)
        try:
            yield
        finally:
            timer.cancel()
            leave()

    async def _enter(self, lane: deque[asyncio.Future[None]]) -> None:
        if self._free > 0:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lane.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was let in, and left at the same moment
                self._free += 1
                self._let_in()
            raise

    def _let_in(self) -> None:
        while self._free > 0 and (place := self._next()):
            if not place.done():
                self._free -= 1
                place.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        self._turn ^= 1
        lane = self._lanes[self._turn] or self._lanes[self._turn ^ 1]
        return lane.popleft() if lane else None
