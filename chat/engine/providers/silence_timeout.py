"""How long a provider may keep a line open without saying anything.

A provider that sends nothing is left by the transport's own timeout. One that sends comments,
blanks or single bytes for ever is not silent, and yet nobody hears a word: it is left here.
Comments are honest signs of life of a model that thinks, so they count for several times as long as
silence.
"""

from time import monotonic

from dspy._vendor.lm15.transports import ReadError, ReadTimeout

#: How many times ``OLIVER_PROVIDER_TIMEOUT_S`` a line may be open without an event.
WORDLESS_TIMES = 5
#: What may come without one: nobody keeps more of it.
MOST_WORDLESS_BYTES = 4_000_000

_EVENT = b"data:"


class Patience:
    """Sees every read of one response."""

    __slots__ = ("_limit_s", "_rest", "_since", "_size_bytes")

    def __init__(self, timeout_s: float) -> None:
        self._limit_s = timeout_s * WORDLESS_TIMES
        self._rest = b""  # an event's name may come in two reads
        self._since = monotonic()
        self._size_bytes = 0

    def hear(self, data: bytes) -> None:
        """Raises lm15's ``ReadTimeout`` or ``ReadError`` when it has run out."""
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
