"""The reference library is read by topic, by search and from citations."""

import pytest
from django.test import Client

from chat.engine.rendering.citation_chips import version_of
from chat.library.models import LibraryNote, LibraryPassage
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


@pytest.mark.parametrize("url", ["/library/sar-deadline/", "/library/passages/sar-deadline/due/"])
def test_note_and_passage_say_whose_law_it_is_whom_it_binds_and_its_status(
    browser: Client, url: str
) -> None:
    LibraryNote.objects.update(jurisdiction="US US-CA", status="vacated")
    facts = ["United States, California", "banks", "vacated (as of 22 November 2026)"]
    assert texts_of(page_of(browser.get(url, headers=HTMX)), ".scope dd") == facts


def test_notes_are_filtered_by_topic_and_jurisdiction(browser: Client) -> None:
    LibraryNote.objects.filter(slug="sar-deadline").update(topic="gdpr", jurisdiction="EU")
    for chosen in ({"topic": "gdpr"}, {"jurisdiction": "EU"}, {"q": "report", "topic": "gdpr"}):
        page = page_of(browser.get("/library/", chosen))
        assert texts_of(page, ".notes a") == [NOTE]
    assert texts_of(page, "option[selected]") == ["GDPR"]


def test_filters_that_no_note_fits_say_so(browser: Client) -> None:
    page = page_of(browser.get("/library/", {"topic": "sar", "jurisdiction": "EU"}))
    assert text_of(page, ".none").startswith("No note has this topic and jurisdiction")
    assert texts_of(page, ".notes a") == []


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


# --- Quoted words --------------------------------------------------------------------------------


def quoted(browser: Client, query: str, **headers: str) -> list[str]:
    page = page_of(browser.get(f"/library/passages/sar-deadline/due/?{query}", headers=headers))
    return [" ".join(mark.text().split()) for mark in page.css(".passage-text mark")]


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_passage_opens_at_the_words_that_are_quoted(
    browser: Client, headers: dict[str, str]
) -> None:
    text = LibraryPassage.objects.get(note_id="sar-deadline", anchor="due").text
    version = version_of(text)
    assert quoted(browser, f"words=2-5&of={version}", **headers) == ["must file a SAR"]
    assert quoted(browser, f"words=0-1,3-4&of={version}", **headers) == ["A bank", "file a"]
    page = page_of(browser.get(f"/library/passages/sar-deadline/due/?words=2-5&of={version}"))
    assert len(page.css("mark#quoted")) == 1


def test_a_passage_that_changed_since_is_not_marked_and_says_so(browser: Client) -> None:
    assert quoted(browser, "words=2-5&of=00000000") == []
    page = page_of(browser.get("/library/passages/sar-deadline/due/?words=2-5&of=00000000"))
    assert "has changed" in text_of(page, ".changed")


@pytest.mark.parametrize("words", ["", "9999-99999", "5-2", "x", "1-2<b>", "1-" + "9" * 5_000])
def test_words_that_a_passage_does_not_have_mark_nothing_else(browser: Client, words: str) -> None:
    response = browser.get("/library/passages/sar-deadline/due/", {"words": words})
    assert response.status_code == 200
    assert len(page_of(response).css("mark")) <= 1
