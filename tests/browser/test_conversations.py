"""Finding a conversation again: search and the pages of the list."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser.asking import ask, part
from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer

Visit = Callable[..., Page]

#: More conversations than two pages of the list hold.
_MANY = """
from django.contrib.auth.models import User
from chat.conversations.models import Conversation
admin = User.objects.get(username="admin")
Conversation.objects.bulk_create(Conversation(owner=admin, title=f"Old {n}") for n in range(90))
"""


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
    ask_and_wait(page, "how many days do we have to report a suspicious transaction that we filed")
    page.goto("/library/")
    entry = page.locator("#conversation-list li", has_text="that we filed")
    entry.hover()
    entry.get_by_label("Delete “").click()
    expect(entry).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(entry).to_have_count(1)
    expect(page).to_have_url(f"{quoting_server.url}/library/")
    assert complaints == []


def test_a_conversation_goes_into_the_archive_is_found_there_and_comes_back(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, "how many days to report a suspicious transaction for the archive")
    address = page.url.partition("?")[0].partition("#")[0]
    listed = page.locator(f"#conversation-list a.open[href='{urlsplit(address).path}']")
    expect(listed).to_have_count(1)
    page.get_by_label("Actions for this conversation").click()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(listed).to_have_count(0)
    page.get_by_role("link", name="Archived conversations").click()
    page.locator(f"main a[href='{urlsplit(address).path}']").click()
    page.get_by_label("Actions for this conversation").click()
    page.get_by_role("button", name="Unarchive").click()
    expect(listed).to_have_count(1)
    assert complaints == []


def test_an_answer_is_kept_as_pdf_from_the_menu(visit: Visit, quoting_server: OliverServer) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, "how long do we have to report a suspicious transaction")
    page.get_by_label("Actions for this conversation").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.startswith("how-long-do-we-have-to-report")
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_the_list_goes_on_as_one_scrolls(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    quoting_server.manage("shell", "-v", "0", "-c", _MANY)
    page.goto("/")
    entries = page.locator("#conversation-list li")
    expect(entries.first).to_be_visible()
    first_page = entries.count()
    entries.last.scroll_into_view_if_needed()
    page.locator("#conversation-list").hover()
    page.mouse.wheel(0, 5_000)
    expect(entries.nth(first_page + 20)).to_be_attached()
    assert complaints == []


def test_on_a_phone_the_drawer_makes_room_for_the_undo(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, viewport={"width": 390, "height": 844}, has_touch=True)
    ask_and_wait(page, "how long do we have to report a suspicious transaction")
    page.goto("/library/")
    page.get_by_role("button", name="Conversations").click()
    page.locator("#conversation-list .delete").first.click()
    expect(page.locator("#sidebar")).not_to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_focused()


def test_a_shared_link_shows_the_answer_to_somebody_without_an_account(
    visit: Visit, quoting_server: OliverServer, browser: Browser, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, "how long do we have to report a suspicious transaction")
    page.get_by_label("Actions for this conversation").click()
    page.get_by_role("link", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Copy this link now").input_value()
    reader = browser.new_context().new_page()
    complaints.listen(reader)
    reader.goto(link)
    expect(reader.get_by_role("main")).to_contain_text("30 calendar days")
    assert complaints == []
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)
    assert reader.goto(link).status == 404  # type: ignore[union-attr]
    reader.context.close()
