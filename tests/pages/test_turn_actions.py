"""Stopping, asking again, following: what the buttons and the live element of a turn reach."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.models import Conversation, Turn
from chat.engine.delivery.follow import Follow, FollowResponse, follower
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, page_of, text_of


@pytest.fixture
def failed(make_turn: MakeTurn) -> Turn:
    return make_turn("Why?", status="failed", answer=Answer(response="Because", outcome="failed"))


def test_stop_is_asked_for_and_the_page_stays(browser: Client, make_turn: MakeTurn) -> None:
    turn = make_turn(status="running")
    assert browser.post(f"/turns/{turn.pk}/stop", headers=HTMX).status_code == 204
    turn.refresh_from_db()
    assert turn.stop_requested_at is not None


def test_stop_without_scripts_goes_back_to_the_turn(browser: Client, make_turn: MakeTurn) -> None:
    turn = make_turn(status="running")
    response = browser.post(f"/turns/{turn.pk}/stop")
    assert (response.status_code, response["Location"]) == (303, turn.get_absolute_url())


def test_trying_again_appends_the_same_question(browser: Client, failed: Turn) -> None:
    page = page_of(browser.post(f"/turns/{failed.pk}/retry", headers=HTMX))
    again = Turn.objects.exclude(pk=failed.pk).get()
    assert page.css("article.turn")[0].id == f"turn-{again.pk}"
    assert text_of(page, "article h2") == "Why?"


def test_trying_again_without_scripts_shows_the_new_turn(browser: Client, failed: Turn) -> None:
    response = browser.post(f"/turns/{failed.pk}/retry")
    again = Turn.objects.exclude(pk=failed.pk).get()
    assert (response.status_code, response["Location"]) == (303, again.get_absolute_url())


def test_trying_again_while_another_answer_is_written_is_refused(
    browser: Client, failed: Turn, make_turn: MakeTurn
) -> None:
    make_turn(status="running")
    url = f"/turns/{failed.pk}/retry"
    assert browser.post(url, headers=HTMX).status_code == 409
    assert "still being written" in text_of(
        page_of(browser.post(url), status=409), "#composer-error"
    )


def test_an_answer_that_was_cut_off_goes_on_in_a_question_that_follows_it(
    browser: Client, make_turn: MakeTurn
) -> None:
    cut = make_turn(status="cut")
    page = page_of(browser.get(cut.get_absolute_url()))
    url = f"/turns/{cut.pk}/continue"
    assert attribute(page, f'[formaction="{url}"]', "form") == "turn-actions"
    response = browser.post(url)
    rest = Turn.objects.exclude(pk=cut.pk).get()
    assert (response.status_code, response["Location"]) == (303, rest.get_absolute_url())
    assert (rest.parent_id, rest.analysis_type) == (cut.pk, cut.analysis_type)
    assert rest.question.text == "Continue the answer where it was cut off."
    assert browser.post(url, headers=HTMX).status_code == 409


def test_turns_buttons_belong_to_the_form_that_holds_the_csrf_token(
    browser: Client, conversation: Conversation, failed: Turn
) -> None:
    page = page_of(browser.get(conversation.get_absolute_url()))
    assert attribute(page, "[data-retry]", "form") == "turn-actions"
    assert attribute(page, "#turn-actions", "method") == "post"
    assert attribute(page, "#turn-actions [name=csrfmiddlewaretoken]", "value")


def test_buttons_work_with_the_pages_csrf_token(analyst: object, failed: Turn) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(failed.conversation.owner)
    page = page_of(client.get(failed.conversation.get_absolute_url()))
    token = attribute(page, "#turn-actions [name=csrfmiddlewaretoken]", "value")
    url = attribute(page, "[data-retry]", "formaction")
    assert client.post(url, {"csrfmiddlewaretoken": token}).status_code == 303


def test_the_stream_starts_after_the_newest_event_the_reader_has(
    browser: Client, make_turn: MakeTurn, analyst: User
) -> None:
    turn = make_turn(status="running", seq=9)
    url = f"/turns/{turn.pk}/stream?after=5"
    follow = followed(browser.get(url))
    assert follow == Follow(
        turn.pk, 5, "html", analysis_type=turn.analysis_type, **follower(analyst)
    )
    resumed = followed(browser.get(url, headers={"Last-Event-ID": "7"}))
    assert resumed == Follow(
        turn.pk, 7, "html", analysis_type=turn.analysis_type, **follower(analyst)
    )


def test_the_stream_is_told_in_the_style_that_its_reader_chose(
    browser: Client, make_turn: MakeTurn
) -> None:
    browser.post("/settings/", {"theme": "dark", "density": "compact", "status_style": "plain"})
    turn = make_turn(status="running", seq=9)
    follow = followed(browser.get(f"/turns/{turn.pk}/stream"))
    assert follow.style == "plain"


def followed(response: Any) -> Follow:
    assert isinstance(response, FollowResponse)
    return response.follow
