"""Limits how long a provider may keep a connection open without an event.

The transport's own timeout covers complete silence. This covers a provider that keeps sending
comments, blanks or single bytes. Comments can be genuine keep-alives of a thinking model, so they
are allowed several times as long as silence.
"""

from time import monotonic

from dspy._vendor.lm15.transports import ReadError, ReadTimeout

#: Multiple of ``OLIVER_PROVIDER_TIMEOUT_S`` that a connection may be open without an event.
WORDLESS_TIMES = 5
#: Bytes that may arrive without an event; they are not kept.
MOST_WORDLESS_BYTES = 4_000_000

_EVENT = b"data:"


class Patience:
    __slots__ = ("_limit_s", "_rest", "_since", "_size_bytes")

    def __init__(self, timeout_s: float) -> None:
        self._limit_s = timeout_s * WORDLESS_TIMES
        self._rest = b""  # an event's name may be split between two reads
        self._since = monotonic()
        self._size_bytes = 0

    def hear(self, data: bytes) -> None:
        """Raises lm15's ``ReadTimeout`` or ``ReadError`` at a limit."""
        now = monotonic()
        if _EVENT in data or _EVENT in self._rest + data:
            self._since, self._size_bytes, self._rest = now, 0, b""
            return
        self._rest = (self._rest + data)[-len(_EVENT) + 1 :]
        self._size_bytes += len(data)
        if now - self._since > self._limit_s:
            raise ReadTimeout(f"no event within {self._limit_s:.0f} s, only signs of life")
        if self._size_bytes > MOST_WORDLESS_BYTES:
            raise ReadError("what the provider sends is no stream of events")
