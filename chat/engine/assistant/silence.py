"""Tells the reader how long a model that was asked has been thinking in silence."""

import asyncio
from collections.abc import Callable

from dspy.streaming import StatusMessage

from chat.engine.providers.stream_inbox import Inbox
from chat.kernel.stages import Said

#: An answer that begins sooner is not waited for.
EVERY_S = 10.0


class SilenceCounter:
    """One per turn. Counts from ``begin`` until there is text or ``end`` is called."""

    def __init__(self, inbox: Inbox, *, has_text: Callable[[], bool], every_s: float) -> None:
        self._inbox = inbox
        self._has_text = has_text
        self._every_s = every_s
        self._began = 0.0
        self._next: asyncio.TimerHandle | None = None
        self._told = False

    def begin(self) -> None:
        self.end()
        self._began = asyncio.get_running_loop().time()
        self._count()

    def _count(self) -> None:
        self._next = asyncio.get_running_loop().call_later(self._every_s, self._tell)

    def _tell(self) -> None:
        if self._has_text():
            return
        self._told = True
        seconds = round(asyncio.get_running_loop().time() - self._began)
        self._inbox.add(StatusMessage(Said.of("thinking", seconds=seconds)))
        self._count()

    def ended_by_text(self) -> StatusMessage | None:
        """With the first text after a silence that was told: what happens now."""
        told, self._told = self._told, False
        return StatusMessage(Said.of("writing")) if told else None

    def end(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
