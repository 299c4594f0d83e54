"""The first render of a turn, whatever state the database has it in."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.models import Turn, TurnTree
from chat.conversations.turn_html import turn_html
from chat.engine.rendering.fragments import full_reset
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import one, text_of


def render(turn: Turn) -> LexborHTMLParser:
    return LexborHTMLParser(turn_html(turn))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("done", "Answered"),
        ("stopped", "Stopped"),
        ("failed", "Failed"),
        ("interrupted", "Interrupted"),
    ],
)
def test_a_turn_whose_end_was_never_stored_still_ends(
    make_turn: MakeTurn, status: str, said: str
) -> None:
    page = render(make_turn(status=status, answer=Answer(response="Half")))
    assert text_of(page, ".status") == said
    assert not page.css(".live")


def test_an_unknown_failure_is_said_and_can_be_tried_again(make_turn: MakeTurn) -> None:
    page = render(make_turn(status="failed"))
    assert "Something went wrong" in text_of(page, ".error")
    assert text_of(page, ".error button") == "Try again"


def test_a_turn_that_waits_is_live_and_says_so(make_turn: MakeTurn) -> None:
    page = render(make_turn(status="queued"))
    assert text_of(page, ".status") == "Starting…"
    one(page, ".live")


def test_only_its_status_tells_that_a_turn_has_ended(make_turn: MakeTurn) -> None:
    turn = make_turn(status="running")
    Turn.objects.filter(pk=turn.pk).update(answer_state={"response": "All", "outcome": "done"})
    page = render(Turn.objects.get(pk=turn.pk))
    one(page, ".live")
    assert text_of(page, ".status") == "Starting…"


def test_an_answer_stored_with_half_a_surrogate_pair_opens(make_turn: MakeTurn) -> None:
    turn = make_turn(status="done")
    Turn.objects.filter(pk=turn.pk).update(  # as SQLite took it once
        answer_state={"response": "\ud83d Alert", "findings": [{"title": "\ud83d"}]}
    )
    assert "\ufffd Alert" in render(Turn.objects.get(pk=turn.pk)).text()


def test_a_long_question_shows_its_beginning_and_unfolds(make_turn: MakeTurn) -> None:
    document = "\n".join(f"{number}. A line of the procedure." for number in range(100))
    page = render(make_turn(document))
    assert len(text_of(page, "h2")) < 320
    assert one(page, ".question-whole p").text() == document
    assert f"{len(document):,} characters" in text_of(page, ".question-whole summary")


def test_a_short_question_is_its_heading(make_turn: MakeTurn) -> None:
    page = render(make_turn("Why?\nAnd how?"))
    assert one(page, "h2").text() == "Why?\nAnd how?"
    assert not page.css(".question-whole")


def test_rendering_asks_the_database_nothing_but_the_turn(
    make_turn: MakeTurn, django_assert_num_queries: object
) -> None:
    turn = Turn.objects.select_related("question").get(pk=make_turn().pk)
    tree = TurnTree.of(turn.conversation_id)
    with django_assert_num_queries(0):  # type: ignore[operator]
        turn_html(turn, tree, {})


def test_empty_elements_are_empty_so_that_css_hides_their_parts(make_turn: MakeTurn) -> None:
    page = render(make_turn(status="queued"))
    for name in ("passages", "findings", "artifacts", "citations", "end", "response-final"):
        assert page.css(f"[id$='-{name}']")[0].inner_html == "", name


def test_a_reset_replaces_the_whole_turn(make_turn: MakeTurn) -> None:
    turn = make_turn(answer=Answer(response="Kept", outcome="done"))
    page = LexborHTMLParser(full_reset(turn_html(turn), turn.pk))
    partial = one(page, "hx-partial")
    assert partial.attributes["hx-target"] == f"#turn-{turn.pk}"
    assert partial.attributes["hx-swap"] == "outerHTML"
    assert text_of(page, f"hx-partial > #turn-{turn.pk} .response .final") == "Kept"
