"""Server-sent events, from bytes in any pieces to the data of each.

Names, ids and comments are left out: every dialect says in its JSON what an event is.
"""

from collections.abc import Iterator

_DATA = b"data:"


class EventFraming:
    """One response."""

    __slots__ = ("_data", "_rest")

    def __init__(self) -> None:
        self._rest = b""  # a line that has not ended
        self._data: list[bytes] = []  # of an event that has not ended

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The data of the events that became complete."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line.startswith(_DATA):
                self._data.append(line[len(_DATA) :].lstrip())
            elif not line and self._data:
                yield self._taken()

    def finish(self) -> Iterator[bytes]:
        """What no blank line has ended."""
        yield from self.feed(b"\n\n")

    def _taken(self) -> bytes:
        data, self._data = b"\n".join(self._data), []
        return data
