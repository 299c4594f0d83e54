"""How a turn's log lies in Redis: one stream per turn, each entry one chunk, its id ``<seq>-0``.

    XRANGE oliver:log:7 - +
    0-1  {o: ""}                                            the log was opened
    1-0  {c: '{"type":"status","content":"Reading…"}'}      event 1

Explicit ids make a write safe to repeat, and refuse a second writer: an id can be given once only.
"""

from typing import Any

from chat.engine.event_log.base import Event
from chat.kernel.chunks import StreamChunk

#: The id of the entry that opens a log; smaller than any event's.
OPENED = "0-1"
#: What Redis says when an id is taken.
TAKEN = "equal or smaller"
#: Events of one turn that are kept, roughly; a long answer has some thousand.
MOST_EVENTS = 20_000
#: A log whose end was never written does not stay for ever.
OPEN_FOR_S = 24 * 3600

#: As redis-py gives them: (id, {name: value}).
Entry = tuple[bytes, dict[bytes, bytes]]


def key_of(turn_id: int) -> str:
    return f"oliver:log:{turn_id}"


def id_of(seq: int) -> str:
    return f"{seq}-0" if seq else OPENED


def fields_of(chunk: StreamChunk) -> dict[Any, Any]:
    return {"c": chunk.model_dump_json(exclude_defaults=True)}


def event_of(entry: Entry) -> Event | None:
    """None: the entry that opens the log. Raises ``ValueError`` for what is not ours."""
    identifier, fields = entry
    if identifier == OPENED.encode():
        return None
    chunk = StreamChunk.model_validate_json(fields.get(b"c", b""))
    return Event(seq=int(identifier.partition(b"-")[0]), chunk=chunk)


def events_of(entries: list[Entry]) -> list[Event]:
    """Up to the end; what a writer that lost its turn may have put behind it does not count."""
    events = []
    for entry in entries:
        if event := event_of(entry):
            events.append(event)
            if event.chunk.done:
                break
    return events
