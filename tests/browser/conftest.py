"""A real Chromium, a real server, a provider that behaves as told."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    StorageState,
    expect,
    sync_playwright,
)

from tests.browser.chromium import WITHOUT_SCRIPTS, chromium, launch
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import ADMIN_PASSWORD, OliverServer


@pytest.fixture(scope="module")
def playwright_api() -> Iterator[Playwright]:
    """For one file: while it is there, no asynchronous test can run beside it."""
    with sync_playwright() as api:
        yield api


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    path = chromium()
    if path is None:
        assert not os.environ.get("CI"), "continuous integration must have a Chromium"
        pytest.skip("no Chromium")
    api: Playwright = request.getfixturevalue("playwright_api")
    launched = launch(api)
    expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def scriptless_browser(browser: Browser, playwright_api: Playwright) -> Iterator[Browser]:
    """A Chromium whose scripts are off for good. (Playwright's ``java_script_enabled=False`` leaves
    its parser believing in scripts, so it would not see what stands in ``<noscript>``.)"""
    launched = launch(playwright_api, *WITHOUT_SCRIPTS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def provider_thread() -> Iterator[ProviderThread]:
    with ProviderThread() as provider:
        yield provider


@pytest.fixture(scope="session")
def quoting_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OliverServer]:
    """Oliver without any model, and with links to share."""
    with OliverServer(tmp_path_factory.mktemp("quoting"), OLIVER_SHARING="1") as server:
        yield server


@pytest.fixture(scope="session")
def model_server(
    tmp_path_factory: pytest.TempPathFactory, provider_thread: ProviderThread
) -> Iterator[OliverServer]:
    """Oliver with the stand-in as its model."""
    with OliverServer(
        tmp_path_factory.mktemp("model"),
        OLIVER_MODEL="openai/stand-in",
        OLIVER_API_BASE=provider_thread.url,
        OLIVER_API_KEY="sk-test",
        OLIVER_ANSWER_MAX_CHARS="1000000",  # the corpus of test_xss, in every field at once
    ) as server:
        yield server


#: Sessions that later tests go on with: to sign in costs a password's hash and two pages.
_SIGNED_IN: WeakKeyDictionary[OliverServer, StorageState] = WeakKeyDictionary()


class Complaints(list[str]):
    """What a page's console and its requests complained about."""

    def listen(self, page: Page) -> None:
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.append(str(error)))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.append(text)


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Your question").wait_for()


@pytest.fixture
def visit(
    browser: Browser, request: pytest.FixtureRequest, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """``visit(server)``: a page of a fresh browser profile, signed in as admin.

    ``scripts=False``: in a browser without JavaScript. ``alone=True``: in a session of its own,
    instead of one that the server knows already. ``within``: in another browser.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        server: OliverServer,
        *,
        scripts: bool = True,
        alone: bool = False,
        within: Browser | None = None,
        **options: Any,
    ) -> Page:
        usual = browser if scripts else request.getfixturevalue("scriptless_browser")
        chosen = within or usual
        state = None if alone else _SIGNED_IN.get(server)
        context = chosen.new_context(base_url=server.url, storage_state=state, **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        page.goto("/")
        if page.get_by_label("Password").count():  # nobody is, or a test has signed out
            sign_in(page)
            _SIGNED_IN[server] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()


def scroll_to_the_beginning(page: Page) -> None:
    """Until all turns of the conversation are on its page."""
    while page.locator(".earlier").count():
        turns = page.locator(".turn").count()
        page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = 0; }")
        page.wait_for_function("n => document.querySelectorAll('.turn').length > n", arg=turns)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
