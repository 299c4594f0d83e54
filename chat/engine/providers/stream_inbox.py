"""Inbox: what a turn's stream is about to yield, from DSPy and from the shortcut, in order.

``streaming`` fills it from one task and empties it in another. It is bounded: DSPy's side waits
while it is full, the shortcut's side is told.
"""

import asyncio
from typing import Any

_MOST_ITEMS = 16


class Inbox:
    """One reader. Lives on one event loop."""

    def __init__(self) -> None:
        self._items: list[Any] = []  # an empty deque takes 750 bytes
        self._ended = False
        self._failure: BaseException | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    def has_room(self) -> bool:
        return len(self._items) < _MOST_ITEMS

    def add(self, item: Any) -> None:
        self._items.append(item)
        _wake(self._reader)

    async def wait_for_room(self) -> None:
        """For the one writer that can wait."""
        while not self.has_room():
            self._writer = asyncio.get_running_loop().create_future()
            await self._writer

    def end(self, failure: BaseException | None = None) -> None:
        """Nothing more will come. The reader gets what is there, and then ``failure``."""
        self._ended, self._failure = True, failure
        _wake(self._reader)

    def __aiter__(self) -> "Inbox":
        return self

    async def __anext__(self) -> Any:
        while not self._items:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                raise StopAsyncIteration
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        _wake(self._writer)
        return self._items.pop(0)


def _wake(waiter: "asyncio.Future[None] | None") -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
