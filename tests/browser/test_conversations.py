"""Finding a conversation again: search and the pages of the list."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer
from tests.browser.test_quoting import ask, part

Visit = Callable[..., Page]


def ask_and_wait(page: Page, question: str) -> None:
    page.goto("/")
    ask(page, question)
    expect(part(page, "response")).to_contain_text("days")
    expect(page.locator(".live")).to_have_count(0)


def test_typing_words_finds_the_answer_that_has_them(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, "how long do we have to report a suspicious transaction")
    page.goto("/")
    page.get_by_label("Search conversations").press_sequentially("suspicious calendar")
    entry = page.locator("#conversation-list li", has=page.locator("mark")).first
    expect(entry.locator(".excerpt mark", has_text="calendar").first).to_be_visible()
    entry.locator("a.open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("how long do we have")
    assert complaints == []
