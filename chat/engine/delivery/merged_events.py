"""Merging events for programs: new text of a field is one event a message, not one a token."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from chat.engine.event_log import Event
from chat.kernel.chunks import TEXT_FIELDS


def merged(events: Sequence[Event]) -> Iterator[Event]:
    """Runs of text of one field are one event with the number of the last, so that whoever goes on
    after it misses nothing.
    """
    for field, run in groupby(events, key=_growing_field):
        if field is None:
            yield from run
        else:
            yield _joined(list(run))


def _growing_field(event: Event) -> str | None:
    chunk = event.chunk
    return chunk.field if chunk.field in TEXT_FIELDS and not chunk.metadata else None


def _joined(run: Sequence[Event]) -> Event:
    last = run[-1]
    if len(run) == 1:
        return last
    text = "".join(str(event.chunk.content) for event in run)
    return Event(last.seq, last.chunk.model_copy(update={"content": text}))
