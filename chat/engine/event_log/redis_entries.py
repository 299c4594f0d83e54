"""The format of a log in Redis: one stream per turn, one entry per chunk, with id ``<seq>-0``.

    XRANGE oliver:log:7 - +
    0-1  {o: ""}                                            the log was opened
    1-0  {c: '{"type":"status","content":"Reading…"}'}      event 1

Explicit ids make writes idempotent and reject a second writer, since each id exists only once.
"""

from chat.engine.event_log.base import Event
from chat.kernel.chunks import StreamChunk

#: The entry that opens a log; smaller than any event's id.
OPENED = "0-1"
#: Redis's error for an id that exists.
TAKEN = "equal or smaller"
#: Events kept per turn, roughly; a long answer has a few thousand.
MOST_EVENTS = 20_000
#: Expires logs whose end was never written.
OPEN_FOR_S = 24 * 3600

#: redis-py's format: (id, {name: value}).
Entry = tuple[bytes, dict[bytes, bytes]]


def key_of(turn_id: int) -> str:
    return f"oliver:log:{turn_id}"


def id_of(seq: int) -> str:
    return f"{seq}-0" if seq else OPENED


def fields_of(chunk: StreamChunk) -> dict[str, str]:
    return {"c": chunk.model_dump_json(exclude_defaults=True)}


def event_of(entry: Entry) -> Event | None:
    """None for the opening entry. Raises ``ValueError`` for foreign entries."""
    identifier, fields = entry
    if identifier == OPENED.encode():
        return None
    chunk = StreamChunk.model_validate_json(fields.get(b"c", b""))
    return Event(seq=int(identifier.partition(b"-")[0]), chunk=chunk)


def events_of(entries: list[Entry]) -> list[Event]:
    """Up to the terminal event: a writer that lost its turn may have appended more."""
    events = []
    for entry in entries:
        if event := event_of(entry):
            events.append(event)
            if event.chunk.done:
                break
    return events
