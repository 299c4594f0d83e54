"""The list of conversations: found by words with marks, and in pages that never skip one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chat.conversations.models import Conversation, Message
from chat.web import sidebar
from chat.web.sidebar import Cursor
from tests.support.html import HTMX, attribute, page_of, text_of, texts_of

LIST = "/conversations/"


@pytest.fixture
def filled(analyst: User, monkeypatch: pytest.MonkeyPatch) -> list[Conversation]:
    """Five conversations, the newest first, on pages of two."""
    monkeypatch.setattr(sidebar, "PAGE_SIZE", 2)
    made = [Conversation.objects.create(owner=analyst, title=f"SAR {n}") for n in range(5)]
    for age_hours, conversation in enumerate(made):
        moment = timezone.now() - timedelta(hours=30 * age_hours)
        Conversation.objects.filter(pk=conversation.pk).update(updated_at=moment)
    return made


def say(conversation: Conversation, text: str) -> None:
    Message.objects.create(conversation=conversation, sender="assistant", text=text)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_found_words_are_marked_in_title_and_excerpt(
    headers: dict[str, str], browser: Client, conversation: Conversation
) -> None:
    say(conversation, "A bank must file **within 30 days**, that is all.")
    page = page_of(browser.get(LIST, {"find": "sar day"}, headers=headers))
    assert set(texts_of(page, ".name mark")) == {"SAR"}
    assert set(texts_of(page, ".excerpt mark")) == {"days"}
    assert "file within 30 days" in texts_of(page, ".excerpt")[0]


def test_with_htmx_only_the_list_comes(browser: Client, conversation: Conversation) -> None:
    page = page_of(browser.get(LIST, headers=HTMX))
    assert page.css("nav, main, h1") == []
    assert texts_of(page, ".open") == [conversation.title]


def test_what_was_searched_for_stays_in_the_field(browser: Client) -> None:
    page = page_of(browser.get(LIST, {"find": " sar "}))
    assert attribute(page, "#find-page", "value") == "sar"
    assert text_of(page, "main .empty") == "No conversation contains these words."


def test_titles_and_texts_cannot_bring_elements_into_the_list(
    browser: Client, conversation: Conversation
) -> None:
    Conversation.objects.update(title="<img src=x> sar")
    say(conversation, "<script>sar</script><mark hx-get=/x>sar")
    page = page_of(browser.get(LIST, {"find": "sar script img"}, headers=HTMX))
    assert page.css("img, script, [hx-get='/x']") == []


def test_others_conversations_are_not_found(stranger: User, conversation: Conversation) -> None:
    say(conversation, "merger")
    other = Client()
    other.force_login(stranger)
    assert (
        "no conversation"
        in text_of(page_of(other.get(LIST, {"find": "merger"}, headers=HTMX)), ".empty").lower()
    )


@pytest.mark.parametrize("find", ["", "sar"])
def test_following_the_pages_shows_every_conversation_once(
    find: str, browser: Client, filled: list[Conversation]
) -> None:
    seen, url = list[str](), f"{LIST}?find={find}"
    for _ in range(3):
        page = page_of(browser.get(url, headers=HTMX))
        seen += texts_of(page, ".open")
        more = page.css_first(".more a")
        if more is not None:
            assert more.attributes["href"] == more.attributes["hx-get"]
            url = more.attributes["href"] or ""
    assert seen == [c.title for c in filled]
    assert page.css(".more") == []


def test_a_conversation_that_comes_to_the_top_moves_no_page(
    browser: Client, filled: list[Conversation]
) -> None:
    more = attribute(page_of(browser.get(LIST, headers=HTMX)), ".more a", "href")
    filled[4].save()  # used again
    page = page_of(browser.get(more, headers=HTMX))
    assert texts_of(page, ".open") == [filled[2].title, filled[3].title]


def test_a_day_that_goes_on_has_no_second_heading(
    browser: Client, filled: list[Conversation]
) -> None:
    Conversation.objects.update(updated_at=timezone.now())
    more = attribute(page_of(browser.get(LIST, headers=HTMX)), ".more a", "href")
    page = page_of(browser.get(more, headers=HTMX))
    assert page.css("h2") == []
    assert attribute(page, ".day", "aria-label") == "Today, continued"


@pytest.mark.parametrize("after", ["", "x", "2026-11-22_1", "_", "2026-11-22T10:00:00+00:00_x"])
def test_what_is_no_cursor_starts_at_the_top(
    after: str, browser: Client, conversation: Conversation
) -> None:
    page = page_of(browser.get(LIST, {"after": after}, headers=HTMX))
    assert texts_of(page, ".open") == [conversation.title]


def test_a_cursor_survives_its_way_through_an_address() -> None:
    cursor = Cursor(timezone.now(), 17)
    assert Cursor.read(str(cursor)) == cursor


def test_the_list_asks_the_same_few_questions_however_long_it_is(
    browser: Client, filled: list[Conversation], django_assert_num_queries: object
) -> None:
    for conversation in filled:
        say(conversation, "SAR")
    browser.get("/library/")  # the texts of staff are read now and then
    with django_assert_num_queries(7):  # type: ignore[operator]
        browser.get(LIST, {"find": "sar"}, headers=HTMX)
