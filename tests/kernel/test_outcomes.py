"""Outcomes: one table, and one place where a turn's outcome is stored."""

import re
from pathlib import Path

import pytest

from chat.conversations.models import Turn
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamError, done_chunk, error_chunk
from chat.kernel.outcomes import Outcome

STYLES = Path("static/css")
BROKEN = StreamError(code="x", message="No.")


def test_every_outcome_fits_its_column_and_says_something_everywhere() -> None:
    width = Turn._meta.get_field("status").max_length
    for outcome in Outcome:
        assert len(outcome.value) <= (width or 0)
        assert outcome.label
        assert outcome.announcement
        assert outcome.after("3 s")
        assert outcome.after("") == str(outcome.label)
        assert outcome.kind == "complete" or outcome.sentence


def test_style_sheets_know_kinds_and_no_single_outcomes() -> None:
    styles = "\n".join(path.read_text() for path in STYLES.glob("*.css"))
    assert set(re.findall(r'data-kind="(\w+)"', styles)) == {each.kind for each in Outcome}
    assert "data-outcome=" not in styles


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (done_chunk(), Outcome.DONE),
        (done_chunk(outcome="stopped"), Outcome.STOPPED),
        (error_chunk(BROKEN), Outcome.FAILED),
        (error_chunk(BROKEN, outcome="interrupted"), Outcome.INTERRUPTED),
        (done_chunk(outcome="only a newer worker knows"), Outcome.DONE),
        (error_chunk(BROKEN, outcome=["no", "word"]), Outcome.FAILED),
    ],
)
def test_the_last_chunk_tells_the_outcome(end: object, outcome: Outcome) -> None:
    answer = Answer()
    answer.apply(end)  # type: ignore[arg-type]
    assert answer.outcome is outcome


def test_a_stored_answer_has_no_outcome_of_its_own() -> None:
    answer = Answer(response="Half")
    answer.apply(done_chunk(outcome="stopped", total_ms=3))
    assert answer.outcome is Outcome.STOPPED
    assert "stopped" not in str(answer.as_state()) + answer.as_state_json()
    for status in Outcome:
        turn = Turn(status=status, answer_state=answer.as_state())
        assert turn.answer.outcome is status
        assert (turn.answer.error is not None) == (status.kind == "failed")
    assert Turn(status="running", answer_state=answer.as_state()).answer.outcome is None
