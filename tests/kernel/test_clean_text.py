"""Anything a model writes can be stored and sent: plain, in JSON, and split anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.kernel.chunks import StreamError, status_chunk, text_chunk
from chat.kernel.clean_text import PairJoiner, clean_json, clean_text
from chat.kernel.items import Citation, Finding

HIGH, LOW = "\ud83d", "\udea8"
anything = st.text(alphabet=st.sampled_from(["a", "é", "🚨", "\0", "\x1b", "\n", HIGH, LOW]))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("A bank\tmust\r\nfile 🚨", "A bank\tmust\r\nfile 🚨"),
        (f"{HIGH}{LOW} Alert", "🚨 Alert"),
        (f"{HIGH} Alert", "\ufffd Alert"),
        (f"Alert {LOW}", "Alert \ufffd"),
        (f"{LOW}{HIGH}", "\ufffd\ufffd"),
        ("\0A\x1b[31mB\x08", "A[31mB"),
        (f"{HIGH}\0{LOW}", "🚨"),
        ("\ufeffA", "\ufeffA"),
        (f"\ufeff{HIGH}", "\ufeff\ufffd"),
    ],
)
def test_what_no_database_takes_is_dropped_joined_or_replaced(written: str, stored: str) -> None:
    assert clean_text(written) == stored


@given(anything)
def test_clean_text_is_plain_utf_8_and_stays_as_it_is(written: str) -> None:
    clean = clean_text(written)
    assert "\0" not in clean.encode().decode()
    assert clean_text(clean) == clean


@given(st.lists(anything, max_size=8))
def test_pieces_join_to_what_the_whole_text_is(pieces: list[str]) -> None:
    joiner = PairJoiner()
    streamed = "".join(joiner.feed(piece) for piece in pieces)
    whole = clean_text("".join(pieces))
    assert whole in (streamed, streamed + "\ufffd")  # a half that waits at the end


def test_texts_deep_in_json_are_cleaned_and_the_rest_stays() -> None:
    written = {"a\0": [f"{HIGH}!", 1, None, {"b": True, "c": "\0"}]}
    assert clean_json(written) == {"a": ["\ufffd!", 1, None, {"b": True, "c": ""}]}


def test_every_kind_of_chunk_is_clean_however_it_is_made() -> None:
    dirty = f"{HIGH}\0"
    assert text_chunk("reasoning", dirty).content == "\ufffd"
    finding = Finding(title=dirty, explanation=dirty, citations=[Citation(passage=dirty)])
    assert finding.model_dump() == {
        "title": "\ufffd",
        "severity": "info",
        "explanation": "\ufffd",
        "citations": [{"passage": "\ufffd", "quote": ""}],
    }
    assert status_chunk(dirty, model=dirty).metadata == {"model": "\ufffd"}
    assert StreamError(code="internal", message=dirty).message == "\ufffd"
