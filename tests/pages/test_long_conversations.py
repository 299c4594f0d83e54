"""A long conversation comes in pages of turns; every turn has an address that opens it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.models import Conversation, Message, Turn
from chat.conversations.views import page_slice
from chat.conversations.views.page_slice import PageSlice, SliceRequest
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, page_of, texts_of


@pytest.fixture
def turns(make_turn: MakeTurn, monkeypatch: pytest.MonkeyPatch) -> list[Turn]:
    """Seven, on pages of two; a linked one stands below one other."""
    monkeypatch.setattr(page_slice, "MAX_TURNS", 2)
    monkeypatch.setattr(page_slice, "_TURNS_ABOVE", 1)
    return [make_turn(f"{n}?", answer=Answer(outcome="done")) for n in range(7)]


def url(conversation: Conversation, query: str = "") -> str:
    return conversation.get_absolute_url() + query


def link(page: LexborHTMLParser, which: str) -> str:
    return attribute(page, f".{which} a", "hx-get")


def test_a_page_shows_the_newest_turns_and_leads_to_the_others(
    browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    page = page_of(browser.get(url(conversation)))
    assert texts_of(page, ".turn h2") == ["5?", "6?"]
    assert attribute(page, ".earlier a", "href") == f"?before={turns[5].pk}#turn-{turns[4].pk}"
    assert not page.css(".later")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_going_back_page_by_page_shows_every_turn_once(
    headers: dict[str, str], browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    seen, address = list[str](), url(conversation)
    while True:
        page = page_of(browser.get(address, headers=headers))
        seen = texts_of(page, ".turn h2") + seen
        if not page.css(".earlier"):
            break
        address = link(page, "earlier")
    assert seen == [f"{n}?" for n in range(7)]


def test_going_forward_from_the_first_turn_shows_every_turn_once(
    browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    page = page_of(browser.get(turns[0].get_absolute_url()))
    seen = texts_of(page, ".turn h2")
    while page.css(".later"):
        page = page_of(browser.get(link(page, "later"), headers=HTMX))
        seen += texts_of(page, ".turn h2")
    assert seen == [f"{n}?" for n in range(7)]


def test_a_turns_address_opens_the_page_around_it(browser: Client, turns: list[Turn]) -> None:
    page = page_of(browser.get(turns[3].get_absolute_url()))
    assert texts_of(page, ".turn h2") == ["2?", "3?"]
    assert page.css(".earlier")
    assert page.css(".later")


def test_with_htmx_come_turns_alone_and_one_way_on(
    browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    before = page_of(browser.get(url(conversation, f"?before={turns[5].pk}"), headers=HTMX))
    after = page_of(browser.get(url(conversation, f"?after={turns[2].pk}"), headers=HTMX))
    for page, here, not_here in ((before, "earlier", "later"), (after, "later", "earlier")):
        assert texts_of(page, ".turn h2") == ["3?", "4?"]
        assert page.css(f".{here}")
        assert not page.css(f"main, #sidebar, .{not_here}")


@pytest.mark.parametrize("name", ["turn", "before", "after"])
@pytest.mark.parametrize("value", ["x", "-1", "999999", "9" * 30])
def test_what_is_no_turn_of_the_conversation_is_not_found(
    name: str, value: str, browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    assert browser.get(url(conversation), {name: value}).status_code == 404


def test_a_turn_of_another_conversation_is_not_found(
    browser: Client, conversation: Conversation, turns: list[Turn], analyst: User
) -> None:
    other = Conversation.objects.create(owner=analyst)
    assert browser.get(url(other, f"?turn={turns[0].pk}")).status_code == 404


def test_a_question_asked_from_an_old_page_leads_to_the_end(
    browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    page = page_of(browser.get(turns[0].get_absolute_url()))
    assert {each.attributes["form"] for each in page.css("[name=gap]")} == {
        "composer",
        "turn-actions",
    }
    form = {
        "question": "and now?",
        "analysis_type": "general",
        "idempotency_key": "k",
        "conversation": conversation.pk,
        "gap": "1",
    }
    response = browser.post("/turns/", form, headers=HTMX)
    newest = Turn.objects.latest("pk")
    assert response["HX-Redirect"] == newest.get_absolute_url()


def test_a_search_result_leads_to_the_turn_that_has_the_words(
    browser: Client, conversation: Conversation, turns: list[Turn]
) -> None:
    reply = Message.objects.create(conversation=conversation, sender="assistant", text="merger")
    Turn.objects.filter(pk=turns[2].pk).update(reply=reply)
    page = page_of(browser.get("/conversations/", {"find": "merger"}, headers=HTMX))
    assert attribute(page, ".open", "href") == turns[2].get_absolute_url()
    page = page_of(browser.get("/conversations/", {"find": "sar"}, headers=HTMX))
    assert attribute(page, ".open", "href") == conversation.get_absolute_url()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (SliceRequest(), PageSlice([5, 6], earlier=4)),
        (SliceRequest(turn=0), PageSlice([0, 1], later=2)),
        (SliceRequest(turn=6), PageSlice([5, 6], earlier=4)),
        (SliceRequest(before=1), PageSlice([0], later=1)),
        (SliceRequest(before=0), PageSlice([], later=0)),
        (SliceRequest(after=4), PageSlice([5, 6], earlier=4)),
        (SliceRequest(after=6), PageSlice([], earlier=6)),
    ],
)
def test_a_window_is_cut_at_the_ends_of_the_path(
    place: SliceRequest, expected: PageSlice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_slice, "MAX_TURNS", 2)
    monkeypatch.setattr(page_slice, "_TURNS_ABOVE", 1)
    assert place.slice_of([0, 1, 2, 3, 4, 5, 6]) == expected


def test_an_empty_conversation_is_an_empty_page(
    browser: Client, conversation: Conversation
) -> None:
    page = page_of(browser.get(url(conversation)))
    assert not page.css(".turn, .earlier, .later")
