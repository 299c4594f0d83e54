"""A conversation goes for good, after a question and with everything in it."""

from typing import Any

import pytest
from django.test import Client

from chat.models import Conversation, Message, Turn
from chat.views import conversations
from tests.views.conftest import MakeTurn
from tests.views.html import attribute, page_of, text_of


def test_deleting_asks_first(browser: Client, conversation: Conversation) -> None:
    page = page_of(browser.get(f"{conversation.get_absolute_url()}delete/"))
    assert text_of(page, "h1") == "Delete this conversation?"
    assert conversation.title in text_of(page, "main form")
    assert Conversation.objects.exists()


def test_deleting_takes_turns_and_messages_along(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn()
    response = browser.post(f"{conversation.get_absolute_url()}delete/")
    assert response["Location"] == "/"
    for model in (Conversation, Turn, Message):
        assert not model._default_manager.exists()


def test_a_running_answer_is_stopped_before_it_is_deleted(
    browser: Client,
    conversation: Conversation,
    make_turn: MakeTurn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn, stopped = make_turn(status="running"), list[Any]()
    monkeypatch.setattr(conversations, "request_stop", stopped.append)
    browser.post(f"{conversation.get_absolute_url()}delete/")
    assert [t.pk for t in stopped] == [turn.pk]
    assert not Turn.objects.exists()


def test_the_reader_stays_where_he_was_if_that_is_still_there(
    browser: Client, conversation: Conversation
) -> None:
    url = f"{conversation.get_absolute_url()}delete/"
    assert browser.post(url, {"next": "/library/"})["Location"] == "/library/"


@pytest.mark.parametrize("here", ["{url}", "https://elsewhere.example/", "//elsewhere.example", ""])
def test_otherwise_he_comes_to_the_start(
    browser: Client, conversation: Conversation, here: str
) -> None:
    url = conversation.get_absolute_url()
    response = browser.post(f"{url}delete/", {"next": here.format(url=url)})
    assert response["Location"] == "/"


def test_the_dialog_knows_which_page_it_stands_on(browser: Client) -> None:
    page = page_of(browser.get("/library/"))
    assert attribute(page, "#delete-dialog [name=next]", "value") == "/library/"
