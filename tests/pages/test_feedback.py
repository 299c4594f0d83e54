"""Thumbs, reasons and comments at an answer: given, changed and taken back, with and without JS."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.feedback.models import Reason
from chat.conversations.models import Conversation, Feedback, Turn
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, page_of, text_of


@pytest.fixture
def turn(make_turn: MakeTurn) -> Turn:
    return make_turn(answer=Answer(response="Thirty days.", outcome="done"))


def url_of(turn: Turn) -> str:
    return f"/turns/{turn.pk}/feedback/"


def details(**changes: Any) -> dict[str, Any]:
    return {"details": "1", "rating": "down", "reasons": [], "comment": "", **changes}


def test_a_thumb_is_kept_and_asks_for_reasons(browser: Client, turn: Turn) -> None:
    page = page_of(browser.post(url_of(turn), {"rating": "down"}, headers=HTMX))
    assert Feedback.objects.get().rating == "down"
    assert attribute(page, "[data-thumb=down]", "aria-pressed") == "true"
    assert {box.attributes["value"] for box in page.css("[name=reasons]")} == set(Reason.values)
    page = page_of(browser.post(url_of(turn), {"rating": "up"}, headers=HTMX))
    assert not page.css("[name=reasons]")
    assert Feedback.objects.get().rating == "up"


def test_reasons_and_comment_are_kept_and_come_again(
    browser: Client, turn: Turn, conversation: Conversation
) -> None:
    form = details(reasons=["too_long", "wrong_fact"], comment="Two\r\nlines <b>")
    browser.post(url_of(turn), form, headers=HTMX)
    given = Feedback.objects.get()
    assert (given.reason_codes, given.comment) == (["wrong_fact", "too_long"], "Two\nlines <b>")
    page = page_of(browser.get(url_of(turn), headers=HTMX))
    chosen = [box.attributes["value"] for box in page.css("[name=reasons][checked]")]
    assert chosen == ["wrong_fact", "too_long"]
    assert page.css("textarea")[0].text() == "Two\nlines <b>"
    page = page_of(browser.get(conversation.get_absolute_url()))
    assert attribute(page, "[data-thumb=down]", "aria-pressed") == "true"


def test_a_pressed_thumb_takes_itself_back(browser: Client, turn: Turn) -> None:
    page = page_of(browser.post(url_of(turn), {"rating": "up"}, headers=HTMX))
    value = attribute(page, "[data-thumb=up]", "value")
    page = page_of(browser.post(url_of(turn), {"rating": value}, headers=HTMX))
    assert not Feedback.objects.exists()
    assert attribute(page, "[data-thumb=up]", "aria-pressed") == "false"
    assert "removed" in attribute(page, ".feedback", "data-said")


def test_the_same_thumb_again_loses_no_reason(browser: Client, turn: Turn) -> None:
    browser.post(url_of(turn), details(reasons=["other"], comment="Why"))
    browser.post(url_of(turn), {"rating": "down"})
    assert Feedback.objects.get().comment == "Why"
    assert Feedback.objects.get().reason_codes == ["other"]


def test_without_scripts_a_thumb_leads_to_the_form_and_back(browser: Client, turn: Turn) -> None:
    response = browser.post(url_of(turn), {"rating": "down"})
    assert response["Location"] == url_of(turn)
    page = page_of(browser.get(url_of(turn)))
    assert attribute(page, ".feedback-form [name=rating]", "value") == "down"
    response = browser.post(url_of(turn), details(comment="Because"))
    assert response["Location"] == turn.get_absolute_url()


@pytest.mark.parametrize(
    "change",
    [{"comment": "x" * 2_001}, {"reasons": ["poetry"]}, {"rating": "sideways"}, {"rating": ""}],
)
def test_bad_input_is_refused_and_kept_on_the_page(
    browser: Client, turn: Turn, change: dict[str, Any]
) -> None:
    form = details(comment="Kept <text>") | change
    assert browser.post(url_of(turn), form, headers=HTMX).status_code == 422
    assert not Feedback.objects.exists()
    page = page_of(browser.post(url_of(turn), form), status=422)
    if form["rating"]:
        assert text_of(page, "textarea") == form["comment"]
        assert text_of(page, ".feedback-form .form-error")


def test_an_answer_that_is_being_written_cannot_be_judged(
    browser: Client, make_turn: MakeTurn
) -> None:
    live = make_turn(status="running")
    assert browser.post(url_of(live), {"rating": "up"}, headers=HTMX).status_code == 422
    assert not Feedback.objects.exists()


def test_strangers_neither_see_nor_give_feedback(turn: Turn, stranger: User) -> None:
    other = Client()
    other.force_login(stranger)
    assert other.get(url_of(turn)).status_code == 404
    assert other.post(url_of(turn), {"rating": "up"}).status_code == 404
    assert not Feedback.objects.exists()


def test_a_page_asks_once_for_all_feedback(
    browser: Client,
    conversation: Conversation,
    make_turn: MakeTurn,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(10):
        make_turn(answer=Answer(response="x", outcome="done"))
    with django_assert_max_num_queries(20):
        browser.get(conversation.get_absolute_url())
