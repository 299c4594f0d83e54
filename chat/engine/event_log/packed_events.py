"""Packed events: the events of a turn in little more memory than their text.

An event object takes 0.8 KB for 30 characters of text, a long answer has hundreds, and nearly all
readers have passed them. So all but the newest are packed into runs: the text of one field in one
string, with the end of each event. Old events are recreated on demand, equal to the originals. Used
by ``memory``.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import overload

from chat.engine.event_log.base import Event
from chat.kernel.chunks import TEXT_FIELDS, StreamChunk, text_chunk

#: How many events stay objects, at most and after packing: readers lag by one or two.
_MOST_NEW, _KEPT_NEW = 8, 2
#: A run is copied when it grows, so its size is limited.
_RUN_CHARS = 16_384


class _Run:
    """Consecutive text events of one field."""

    __slots__ = ("ends", "field", "seq", "text")

    def __init__(self, field: str, seq: int) -> None:
        self.field = field
        self.seq = seq  # of its first event
        self.text = ""
        self.ends = array("L")

    def takes(self, field: str) -> bool:
        return field == self.field and len(self.text) < _RUN_CHARS

    def add(self, events: Iterable[Event]) -> None:
        texts, end = [self.text], len(self.text)
        for event in events:
            text = str(event.chunk.content)
            end += len(text)
            texts.append(text)
            self.ends.append(end)
        self.text = "".join(texts)

    def after(self, seq: int) -> Iterator[Event]:
        skipped = max(0, seq + 1 - self.seq)
        begin = self.ends[skipped - 1] if skipped else 0
        for at in range(skipped, len(self.ends)):
            end = self.ends[at]
            yield Event(self.seq + at, text_chunk(self.field, self.text[begin:end]))
            begin = end


class _Span(Sequence[Event]):
    """Old events, created during iteration: a reader who takes one and then stalls for minutes must
    not hold them all.
    """

    __slots__ = ("_after", "_end", "_events")

    def __init__(self, events: "PackedEvents", after: int) -> None:
        self._events = events
        self._after, self._end = after, len(events)

    def __len__(self) -> int:
        return self._end - self._after

    @overload
    def __getitem__(self, index: int) -> Event: ...

    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...

    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        numbers = range(self._after + 1, self._end + 1)[index]
        if isinstance(numbers, int):
            return next(self._events.part_after(numbers - 1))
        return [next(self._events.part_after(number - 1)) for number in numbers]

    def __iter__(self) -> Iterator[Event]:
        seq = self._after
        while seq < self._end:  # new events may be packed between two iterations
            for event in self._events.part_after(seq):
                seq = event.seq
                if seq > self._end:
                    return
                yield event


class PackedEvents:
    """Append-only sequence of events, numbered from 1."""

    __slots__ = ("_new", "_old", "_size")

    def __init__(self) -> None:
        self._old: list[_Run | Event] = []
        self._new: list[Event] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, chunk: StreamChunk) -> None:
        self._size += 1
        self._new.append(Event(seq=self._size, chunk=chunk))
        if chunk.done:
            self._pack(keep=0)
        elif len(self._new) > _MOST_NEW:
            self._pack(keep=_KEPT_NEW)

    def after(self, seq: int) -> Sequence[Event]:
        skipped = seq - (self._size - len(self._new))
        return self._new[skipped:] if skipped >= 0 else _Span(self, seq)

    def part_after(self, seq: int) -> Iterator[Event]:
        """Some of the events after ``seq``, at least the next one."""
        skipped = seq - (self._size - len(self._new))
        if skipped >= 0:
            return iter(self._new[skipped:])
        holder = self._old[bisect_right(self._old, seq + 1, key=lambda part: part.seq) - 1]
        return holder.after(seq) if isinstance(holder, _Run) else iter((holder,))

    def _pack(self, *, keep: int) -> None:
        count = len(self._new) - keep
        packed, self._new = self._new[:count], self._new[count:]
        for field, events in groupby(packed, key=_text_field):
            if field is None:
                self._old += events
            else:
                texts = list(events)
                self._run(field, seq=texts[0].seq).add(texts)

    def _run(self, field: str, *, seq: int) -> _Run:
        last = self._old[-1] if self._old else None
        if isinstance(last, _Run) and last.takes(field):
            return last
        run = _Run(field, seq)
        self._old.append(run)
        return run


def _text_field(event: Event) -> str | None:
    """The field, if the event is a plain ``text_chunk(field, text)`` and can be packed."""
    chunk = event.chunk
    if chunk.field not in TEXT_FIELDS or not isinstance(chunk.content, str):
        return None
    return chunk.field if chunk == text_chunk(chunk.field, chunk.content) else None
