"""Server-sent events: bytes in any pieces to the data of each event.

Ignores names, ids and comments: in every dialect the JSON states the kind of event.
"""

from collections.abc import Iterator

_DATA = b"data:"


class EventFraming:
    __slots__ = ("_data", "_rest")

    def __init__(self) -> None:
        self._rest = b""  # an incomplete line
        self._data: list[bytes] = []  # of an incomplete event

    def feed(self, piece: bytes) -> Iterator[bytes]:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line.startswith(_DATA):
                self._data.append(line[len(_DATA) :].lstrip())
            elif not line and self._data:
                yield self._taken()

    def finish(self) -> Iterator[bytes]:
        """Data of a last event without a closing blank line."""
        yield from self.feed(b"\n\n")

    def _taken(self) -> bytes:
        data, self._data = b"\n".join(self._data), []
        return data
