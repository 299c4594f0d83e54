"""German in a browser: its longer words fit everywhere, and scripts and streams speak it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION
from tests.browser.pages import build_pages
from tests.browser.server import OliverServer
from tests.browser.test_layout import faults

Visit = Callable[..., Page]


def in_german(page: Page, server: OliverServer) -> Page:
    page.context.add_cookies([{"name": "oliver_language", "value": "de", "url": server.url}])
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    return page


def test_german_words_fit_into_320_pixels(visit: Visit, quoting_server: OliverServer) -> None:
    size = {"width": 320, "height": 700}
    page = in_german(visit(quoting_server, viewport=size, has_touch=True), quoting_server)
    for url in build_pages(quoting_server):
        page.goto(url)
        assert faults(page) == [], url


def test_an_answer_is_announced_stopped_and_copied_in_german(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = in_german(visit(quoting_server), quoting_server)
    page.get_by_label("Ihre Frage").fill(QUESTION)
    page.get_by_role("button", name="Fragen", exact=True).click()
    expect(page.locator("#announcement")).to_have_text("Antwort vollständig")
    expect(page.locator(".turn .status").first).to_contain_text("Beantwortet in")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy=answer]").first.click()
    expect(page.locator("#announcement")).to_have_text("Kopiert")


def test_a_german_sentence_quotes_in_german_and_the_library_in_english(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = in_german(visit(quoting_server), quoting_server)
    page.goto(next(url for url in build_pages(quoting_server) if url.endswith("/delete/")))
    title = page.locator("main q")
    assert title.evaluate("q => getComputedStyle(q).quotes").startswith('"„" "“"')
    title.evaluate("q => { q.lang = 'en'; }")  # as the quotes of findings have it
    assert title.evaluate("q => getComputedStyle(q).quotes").startswith('"“" "”"')


def test_the_language_is_chosen_at_the_door(visit: Visit, quoting_server: OliverServer) -> None:
    page = visit(quoting_server, viewport={"width": 320, "height": 700})
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
    assert faults(page) == []
