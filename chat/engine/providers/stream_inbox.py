"""Inbox: the items a turn's stream will yield, from DSPy and from the shortcut, in order.

``streaming`` fills it in one task and empties it in another. It is bounded: while it is full,
DSPy's side waits and the shortcut is refused.
"""

from typing import Any

from chat.kernel.wakeup import Wakeup

_MOST_ITEMS = 16


class Inbox:
    """For one reader, on one event loop."""

    def __init__(self) -> None:
        self._items: list[Any] = []  # an empty deque takes 750 bytes
        self._ended = False
        self._failure: BaseException | None = None
        self._news, self._room = Wakeup(), Wakeup()

    def has_room(self) -> bool:
        return len(self._items) < _MOST_ITEMS

    def add(self, item: Any) -> None:
        self._items.append(item)
        self._news.wake()

    async def wait_for_room(self) -> None:
        """For DSPy's side, the only writer that can wait."""
        while not self.has_room():
            await self._room.wait()

    def end(self, failure: BaseException | None = None) -> None:
        """No more items will come. The reader gets the rest, then ``failure``."""
        self._ended, self._failure = True, failure
        self._news.wake()

    def __aiter__(self) -> "Inbox":
        return self

    async def __anext__(self) -> Any:
        while not self._items:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                raise StopAsyncIteration
            await self._news.wait()
        self._room.wake()
        return self._items.pop(0)
