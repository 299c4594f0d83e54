"""Merges deltas: many small events become one, with the same text.

A stream carries one JSON event for each token. Passing one on through lm15 and DSPy costs as much
as passing on ten tokens at once. So the text is taken out of the events (``dialects``); anything
left in them is passed on in order.
"""

from collections.abc import Callable, Iterator, Sequence

import orjson

from chat.engine.providers.dialects.base import Delta, Dialect, Event, Facts
from chat.engine.providers.event_framing import EventFraming
from chat.engine.providers.failure_table import failure_in

#: lm15 refuses lines over 64 KiB. A character takes six bytes at most.
_MOST_CHARS = 8_000
_NONE = Delta("text", "")


def nobody(delta: Delta) -> bool:
    """No shortcut: all text goes out as lines."""
    return False


class DeltaMerger:
    """Bytes of an event stream in, lines out.

    ``heard`` is offered the text of each read. If it returns True, the text has already reached its
    reader, and its line may wait to be merged with later ones; otherwise nothing waits.
    """

    def __init__(self, dialect: Dialect, heard: Callable[[Delta], bool] = nobody) -> None:
        self.heard = heard
        self.facts = Facts()
        #: Whether any line of text was sent. The first text always becomes a line.
        self.has_told = False
        self.has_events = False
        self._dialect = dialect
        self._framing = EventFraming()
        self._fresh: list[str] = []  # text of this read, not yet offered
        self._fresh_kind = _NONE
        self._waiting = _NONE  # text that was heard, without a line so far

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The completed lines. Afterwards all text of ``piece`` is sent or heard."""
        for data in self._framing.feed(piece):
            self.has_events = True
            yield from self._event(data)
        yield from self._in_order()

    def finish(self, *, whole: bool = True) -> Iterator[bytes]:
        """The rest when the stream has ended. A broken stream leaves half an event."""
        if whole:
            for data in self._framing.finish():
                yield from self._event(data)
        yield from self._in_order()
        yield from self._flush()

    def _event(self, data: bytes) -> Iterator[bytes]:
        deltas, rest = self._read(data)
        for delta in deltas:
            if delta.block != self._fresh_kind.block:
                yield from self._in_order()
                self._fresh_kind = delta
            self._fresh.append(delta.text)
        if rest is not None:
            yield from self._in_order()
            yield from self._flush()
            yield from _lines(rest if isinstance(rest, bytes) else orjson.dumps(rest))

    def _read(self, data: bytes) -> tuple[Sequence[Delta], Event | bytes | None]:
        """Raises ``ProviderFailure`` for an error inside the stream."""
        try:
            event = orjson.loads(data)
            if failure := failure_in(event):
                raise failure
            return self._dialect.read(event, self.facts)
        except (orjson.JSONDecodeError, AttributeError, LookupError, TypeError):
            return (), data  # "[DONE]", or unknown

    def _in_order(self) -> Iterator[bytes]:
        """Offer the fresh text; text that was not heard becomes a line at once."""
        if not self._fresh:
            return
        delta = self._fresh_kind._replace(text="".join(self._fresh))
        self._fresh = []
        heard = self.heard(delta)
        if not heard or delta.block != self._waiting.block:
            yield from self._flush()
        # As one string: a list of small ones takes twice the memory.
        self._waiting = delta._replace(text=self._waiting.text + delta.text)
        if not heard or len(self._waiting.text) > _MOST_CHARS:
            yield from self._flush()

    def _flush(self) -> Iterator[bytes]:
        waiting, self._waiting = self._waiting, _NONE
        for at in range(0, len(waiting.text), _MOST_CHARS):
            self.has_told = True
            piece = waiting._replace(text=waiting.text[at : at + _MOST_CHARS])
            yield from _lines(orjson.dumps(self._dialect.event_of(piece)))


def _lines(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n"):
        yield b"data: " + line + b"\n"
    yield b"\n"
