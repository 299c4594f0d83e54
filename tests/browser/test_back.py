"""Back after a question: the page is up to date, and the next question is asked."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from tests.browser.asking import ask
from tests.browser.chromium import WITHOUT_SCRIPTS, launch
from tests.browser.server import OliverServer

Visit = Callable[..., Page]
ALPHA, BETA = "when is a SAR due", "when is a CTR due"


@pytest.fixture
def caching_browser(playwright_api: Playwright, scripts: bool) -> Iterator[Browser]:
    """With its back/forward cache, which Playwright turns off."""
    launched = launch(
        playwright_api,
        *([] if scripts else WITHOUT_SCRIPTS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield launched
    launched.close()


def storable(route: Route) -> None:
    """Other browsers cache a page that forbids it for Back; Chromium over plain HTTP does not."""
    if not route.request.is_navigation_request():
        route.continue_()
        return
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "cache-control"}
    route.fulfill(response=answer, headers=headers)


def go_back(page: Page, url: str) -> None:
    # A page out of the cache is never loaded, and go_back() would wait for it.
    page.go_back(wait_until="commit")
    expect(page).to_have_url(url)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_next_question_after_back_is_asked(
    visit: Visit, quoting_server: OliverServer, scripts: bool
) -> None:
    page = visit(quoting_server, scripts=scripts)
    home = page.url
    for question in (ALPHA, BETA):
        ask(page, question)
        expect(page.locator(".turn h2")).to_have_text(question)
        go_back(page, home)
        expect(page.get_by_label("Your question")).to_have_value("")


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
def test_a_page_out_of_the_back_forward_cache_asks_the_next_question(
    visit: Visit, quoting_server: OliverServer, caching_browser: Browser
) -> None:
    page = visit(quoting_server, within=caching_browser)
    page.context.route("**/*", storable)
    page.add_init_script(
        "addEventListener('pageshow', ({persisted}) =>"
        " { if (persisted) sessionStorage.setItem('cached', '1'); })"
    )
    page.goto(home := quoting_server.url + "/")
    ask(page, ALPHA)
    expect(page.locator(".turn h2")).to_have_text(ALPHA)
    go_back(page, home)
    page.wait_for_function("sessionStorage.getItem('cached')")
    ask(page, BETA)
    expect(page.locator(".turn h2")).to_have_text(BETA)


@pytest.mark.parametrize("scripts", [False], ids=["no scripts"])
def test_a_cached_page_without_scripts_keeps_the_question_and_asks_it_at_the_second_try(
    visit: Visit, quoting_server: OliverServer, caching_browser: Browser
) -> None:
    page = visit(quoting_server, within=caching_browser)
    page.context.route("**/*", storable)
    page.goto(home := quoting_server.url + "/")
    ask(page, ALPHA)
    expect(page.locator(".turn h2")).to_have_text(ALPHA)
    go_back(page, home)
    ask(page, BETA)
    expect(page.get_by_role("alert")).to_contain_text("already sent another question")
    expect(page.get_by_label("Your question")).to_have_value(BETA)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn h2")).to_have_text(BETA)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_back_to_a_conversation_shows_all_its_turns(
    visit: Visit, quoting_server: OliverServer, scripts: bool
) -> None:
    page = visit(quoting_server, scripts=scripts)
    ask(page, ALPHA)
    expect(page.locator(".turn-end .actions")).to_have_count(1)
    ask(page, BETA)
    expect(page.locator(".turn h2")).to_have_text([ALPHA, BETA])
    conversation = page.url
    page.goto(f"{quoting_server.url}/library/")
    go_back(page, conversation)
    expect(page.locator(".turn h2")).to_have_text([ALPHA, BETA])


def test_a_question_under_a_used_key_keeps_its_text_and_is_asked_at_the_second_try(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    key = page.locator("#composer-key").input_value()
    ask(page, ALPHA)
    expect(page.locator(".turn-end .actions")).to_have_count(1)
    page.locator("#composer-key").evaluate("(field, key) => { field.value = key; }", key)
    ask(page, BETA)
    expect(page.get_by_role("alert")).to_contain_text("already sent another question")
    expect(page.get_by_label("Your question")).to_have_value(BETA)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn h2")).to_have_text([ALPHA, BETA])
