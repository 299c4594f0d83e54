"""Writes frames to the socket at once instead of in the next iteration of Twisted's event loop.

Twisted buffers output and asks the reactor when the socket is writable. It nearly always is, so
each frame cost two system calls to find out and one iteration of the loop. ``daphne_bounds`` wraps
the frames of streams in ``write_now``. What the socket does not accept is buffered as before. TLS
connections use another transport and are not affected, nor are ordinary pages.
"""

from collections.abc import Callable

from twisted.internet import tcp


class ImmediateServer(tcp.Server):
    """One connection. The reactor watches it for writing only while something is buffered."""

    _watched = False
    _holding = False

    def write_now(self, write: Callable[[], None]) -> None:
        """Call ``write`` and send what it wrote now, unless older output is still buffered."""
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
        """Called when there is something in the buffer, and when the connection should close."""
        if self._holding:
            self._asked = True
        elif not self._watched:
            self._watched = True
            super().startWriting()  # type: ignore[no-untyped-call]

    def stopWriting(self) -> None:  # noqa: N802 (Twisted's name)
        """Called when the buffer is empty, and at the end."""
        self._asked = False
        if self._watched:
            self._watched = False
            super().stopWriting()  # type: ignore[no-untyped-call]

    def _try(self) -> None:
        failure = self.doWrite() if self.connected else None  # type: ignore[no-untyped-call]
        if failure is not None or self._asked:
            self.startWriting()  # the reactor writes the rest, or meets the same failure


def install() -> None:
    """Idempotent. Affects ports opened from now on."""
    tcp.Port.transport = ImmediateServer
