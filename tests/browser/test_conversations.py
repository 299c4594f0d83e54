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


def test_a_title_is_changed_where_it_stands(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, "how long do we have to report a suspicious transaction")
    menu = page.get_by_label("Actions for this conversation")
    menu.click()
    page.get_by_role("link", name="Rename").click()
    field = page.get_by_label("Title of this conversation")
    expect(field).to_be_focused()
    field.fill("SAR <b>deadline</b>")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_contain_text("how long do we have")
    menu.click()
    page.get_by_role("link", name="Rename").click()
    field.fill("SAR <b>deadline</b>")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("SAR <b>deadline</b>")
    expect(page).to_have_title("SAR <b>deadline</b> · Oliver")
    expect(page.locator("#conversation-list [aria-current]")).to_have_text("SAR <b>deadline</b>")
    assert complaints == []


def test_a_deletion_from_the_list_is_undone_where_the_reader_is(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, "how long do we have to keep a copy of a report that we filed in days")
    page.goto("/library/")
    entry = page.locator("#conversation-list li", has_text="that we filed in days")
    entry.hover()
    entry.get_by_label("Delete “").click()
    expect(entry).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(entry).to_have_count(1)
    expect(page).to_have_url(f"{quoting_server.url}/library/")
    assert complaints == []
