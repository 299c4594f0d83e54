"""The admin in a real Chromium: no page of ours breaks the strict CSP."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer

LISTS = (
    "conversations/conversation",
    "conversations/turn",
    "conversations/streamstats",
    "library/librarynote",
)


def test_every_list_and_its_first_page_open_without_a_complaint(
    visit: Callable[..., Page], quoting_server: OliverServer, complaints: Complaints
) -> None:
    assert quoting_server.bearer  # so there is one on the list
    page = visit(quoting_server)
    page.get_by_label("Your question").fill("How long do we have to file a SAR?")
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    page.goto("/admin/")
    for model in (*LISTS, "accounts/apitoken"):
        page.goto(f"/admin/{model}/")
        page.locator("#result_list tbody th a").first.click()
        page.wait_for_url("**/change/**")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/admin/conversations/conversation/")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator(".transcript")).to_contain_text("How long do we have to file a SAR?")
    page.goto("/admin/conversations/streamstats/?turn__status__exact=done")
    expect(page.locator("#stats-summary")).to_contain_text("0.0%")
    assert complaints == []
