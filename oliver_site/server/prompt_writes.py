"""Frames that go to the socket at once, where Twisted would wait for a turn of the event loop.

Twisted buffers what is written and asks the loop when the socket takes bytes. It nearly always
does, so each frame cost two system calls to be told so, and a turn of the loop.
``daphne_bounds`` wraps the frames of streams in ``at_once``. What the socket does not take waits
as before. Connections with TLS have another transport, and pages go out as they always did.
"""

from collections.abc import Callable

from twisted.internet import tcp


class PromptServer(tcp.Server):
    """One connection. The loop watches it for room only while something waits."""

    _watched = False
    _holding = False

    def at_once(self, write: Callable[[], None]) -> None:
        """Call ``write``; what it writes leaves now, unless something waits before it."""
        if self._watched:
            write()
            return
        self._holding, self._asked = True, False
        try:
            write()
        finally:
            self._holding = False
            if self._asked:
                self._try()

    def startWriting(self) -> None:  # noqa: N802 (Twisted's name)
        """Called when there are bytes in the buffer, and when the connection shall end."""
        if self._holding:
            self._asked = True
        elif not self._watched:
            self._watched = True
            super().startWriting()  # type: ignore[no-untyped-call]

    def stopWriting(self) -> None:  # noqa: N802 (Twisted's name)
        """Called when all is written, and at the end."""
        self._asked = False
        if self._watched:
            self._watched = False
            super().stopWriting()  # type: ignore[no-untyped-call]

    def _try(self) -> None:
        failure = self.doWrite() if self.connected else None  # type: ignore[no-untyped-call]
        if failure is not None or self._asked:
            self.startWriting()  # the loop writes the rest, or meets the same failure


def install() -> None:
    """From now on what listens gets such connections. Twice is once."""
    tcp.Port.transport = PromptServer
