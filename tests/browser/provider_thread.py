"""The provider's stand-in on a thread of its own, for tests that are not asynchronous."""

import asyncio
import threading
from collections.abc import Awaitable
from typing import TypeVar

from tests.support.provider_stand_in import Behaviour, ProviderStandIn

T = TypeVar("T")
_TIMEOUT_S = 120


class Gate(asyncio.Event):
    """An event that another thread may set."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._owner = loop

    def open(self) -> None:
        self._owner.call_soon_threadsafe(self.set)


class ProviderThread:
    """``with ProviderThread() as provider``; its behaviour is set from the test's thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.stand_in: ProviderStandIn

    def __enter__(self) -> "ProviderThread":
        self._thread.start()
        self.stand_in = self._do(ProviderStandIn().__aenter__())
        self.url = self.stand_in.url
        return self

    def __exit__(self, *exc: object) -> None:
        self._do(self.stand_in.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT_S)
        self._loop.close()

    def gate(self) -> Gate:
        return Gate(self._loop)

    def plays(self, *behaviours: Behaviour) -> None:
        self.stand_in.disconnected.clear()
        self.stand_in.plays(*behaviours)

    def titles(self, *behaviours: Behaviour) -> None:
        """What the next calls for a title get."""
        self.stand_in.titles = list(behaviours)

    def sees_a_disconnect(self) -> None:
        self._do(asyncio.wait_for(self.stand_in.disconnected.wait(), _TIMEOUT_S))

    def _do(self, coroutine: Awaitable[T]) -> T:
        async def run() -> T:
            return await coroutine

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(_TIMEOUT_S + 5)
