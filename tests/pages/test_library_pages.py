"""The reference library is read by topic, by search and from citations."""

import pytest
from django.test import Client

from tests.support.html import HTMX, attribute, page_of, text_of, texts_of

pytestmark = pytest.mark.usefixtures("small_library")

NOTE = "Deadline for filing an initial SAR"


def test_notes_stand_under_their_topic(browser: Client) -> None:
    page = page_of(browser.get("/library/"))
    assert texts_of(page, ".topic h2") == ["Suspicious activity reports"]
    assert NOTE in texts_of(page, ".notes a")


def test_everyday_words_find_the_note(browser: Client) -> None:
    page = page_of(browser.get("/library/", {"q": "how long to report"}))
    assert texts_of(page, ".notes a")[0] == NOTE
    assert attribute(page, "#q", "value") == "how long to report"


def test_a_search_that_finds_nothing_says_so(browser: Client) -> None:
    page = page_of(browser.get("/library/", {"q": "zebra"}))
    assert text_of(page, ".topic h2") == "No notes match “zebra”"


def test_a_note_names_its_authority_and_links_its_official_page(browser: Client) -> None:
    page = page_of(browser.get("/library/sar-deadline/"))
    assert text_of(page, "h1") == NOTE
    assert "FinCEN, 31 CFR 1020.320" in text_of(page, ".authority")
    assert "checked 22 November 2026" in text_of(page, ".authority")
    assert attribute(page, ".authority a", "href").startswith("https://www.ecfr.gov/")
    assert text_of(page, "#due h2") == "Thirty calendar days"


def test_a_passage_opens_in_the_canvas(browser: Client) -> None:
    response = browser.get("/library/passages/sar-deadline/due/", headers=HTMX)
    page = page_of(response)
    assert b"<html" not in response.content
    assert text_of(page, "h2") == "Thirty calendar days"
    assert text_of(page, ".passage-text").startswith("A bank must file a SAR no later than")
    assert attribute(page, ".from a", "href") == "/library/sar-deadline/#due"


def test_a_passage_is_a_page_without_htmx(browser: Client) -> None:
    page = page_of(browser.get("/library/passages/sar-deadline/due/"))
    assert text_of(page, "h1") == "Thirty calendar days"


def test_a_passage_that_a_model_made_up_is_said_to_be_missing(browser: Client) -> None:
    url = "/library/passages/sar-deadline/made-up/"
    page = page_of(browser.get(url, headers=HTMX))
    assert text_of(page, "h2") == "Passage not found"
    assert "Do not rely on that sentence" in text_of(page, ".canvas-body")
    assert browser.get(url).status_code == 404


def test_a_note_that_is_not_there_is_not_found(browser: Client) -> None:
    page_of(browser.get("/library/no-such-note/"), status=404)
