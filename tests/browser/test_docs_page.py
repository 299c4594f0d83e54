"""The API's page in a real Chromium, under the strict CSP."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer


def test_the_docs_page_tries_a_call_without_a_complaint(
    visit: Callable[..., Page], quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    page.goto("/api/docs")
    page.locator('[data-path="/api/chat/stream"]').click()
    page.get_by_role("button", name="Try it out").click()
    # The session of the page signs in, so this shows that the CSRF token goes along too.
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table tbody")
    expect(answer).to_contain_text("x-oliver-turn")
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    page.get_by_role("button", name="Schemas").click()
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.get_by_role("heading", name="TokenAuth")).to_be_visible()
    assert complaints == []
    assert {url for url in foreign if not url.startswith(quoting_server.url)} == set()
