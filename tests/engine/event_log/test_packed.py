"""Packed events are the events that were appended, whichever are asked for and whenever."""

from weakref import ref

from hypothesis import given
from hypothesis import strategies as st

from chat.engine.event_log import Event
from chat.engine.event_log.packed_events import PackedEvents
from chat.kernel.chunks import StreamChunk, done_chunk, items_chunk, status_chunk, text_chunk

TEXTS = st.builds(
    text_chunk,
    st.sampled_from(["reasoning", "response"]),
    st.text(st.sampled_from("ab \n\ud800é€𝄞"), max_size=5),
    replace=st.booleans(),
)
OTHERS = st.sampled_from(
    [
        status_chunk("Reading 4 passages…", stage="passages", count=4),
        items_chunk("findings", [{"title": "Late filing"}]),
        # Text, but not as ``text_chunk`` would make it: it must come back as it was.
        StreamChunk(type="content", field="reasoning", content="odd"),
        StreamChunk(type="content", field="later", content="of a newer worker"),
    ]
)


@given(
    st.lists(TEXTS | OTHERS, max_size=60),
    st.integers(0, 60),
    st.booleans(),
    st.sampled_from([3, 7]),
)
def test_asked_after_any_event_at_any_time_they_are_equal(
    chunks: list[StreamChunk], after: int, ended: bool, every: int
) -> None:
    chunks = [*chunks, done_chunk()] if ended else chunks
    packed = PackedEvents()
    events = [Event(seq, chunk) for seq, chunk in enumerate(chunks, start=1)]
    for number, chunk in enumerate(chunks, start=1):
        packed.append(chunk)
        if number % every == 0:
            assert list(packed.after(min(after, number))) == events[min(after, number) : number]
    assert len(packed) == len(chunks)
    assert list(packed.after(0)) == events


def test_a_run_may_grow_beyond_its_size() -> None:
    packed = PackedEvents()
    texts = [f"{number} ".rjust(500) for number in range(120)]
    for text in texts:
        packed.append(text_chunk("response", text))
    for after in (0, 31, 33, 34, 65, 110, 119, 120):
        assert [event.chunk.content for event in packed.after(after)] == texts[after:]


def test_text_that_readers_have_passed_is_no_object_any_more() -> None:
    packed = PackedEvents()
    made = []
    for number in range(200):
        chunk = text_chunk("response", f"w{number} ")
        made.append(ref(chunk))
        packed.append(chunk)
        del chunk
    assert sum(chunk() is not None for chunk in made) < 10
    packed.append(done_chunk())
    assert not any(chunk() for chunk in made)
    assert len(packed.after(0)) == 201


def test_old_events_are_made_one_by_one_and_are_the_same_when_more_come_between() -> None:
    packed = PackedEvents()
    chunks = [text_chunk("response", f"w{number} ") for number in range(40)]
    for chunk in chunks:
        packed.append(chunk)
    span = packed.after(3)
    assert (len(span), span[0].seq, span[-1], span[-2:]) == (
        37, 4, Event(40, chunks[39]), [Event(39, chunks[38]), Event(40, chunks[39])],
    )  # fmt: skip
    going, gone = iter(span), []
    for seq in range(4, 41):
        event = next(going)
        assert event == Event(seq, chunks[seq - 1])
        gone.append(ref(event.chunk))
        packed.append(text_chunk("response", "more "))
    assert next(going, None) is None
    del event
    assert sum(chunk() is not None for chunk in gone) == 0
