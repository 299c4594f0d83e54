"""A real Chromium, a real server, a provider that behaves as told."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.provider_thread import ProviderThread
from tests.browser.server import ADMIN_PASSWORD, OliverServer

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """A Chromium on this machine."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def playwright_api() -> Iterator[Playwright]:
    with sync_playwright() as api:
        yield api


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    path = chromium()
    if path is None:
        assert not os.environ.get("CI"), "continuous integration must have a Chromium"
        pytest.skip("no Chromium")
    api: Playwright = request.getfixturevalue("playwright_api")
    launched = api.chromium.launch(executable_path=path, args=_ARGUMENTS)
    expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def scriptless_browser(browser: Browser, playwright_api: Playwright) -> Iterator[Browser]:
    """A Chromium whose scripts are off for good. (Playwright's ``java_script_enabled=False`` leaves
    its parser believing in scripts, so it would not see what stands in ``<noscript>``.)"""
    launched = playwright_api.chromium.launch(
        executable_path=chromium(), args=[*_ARGUMENTS, "--blink-settings=scriptEnabled=false"]
    )
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
    ) as server:
        yield server


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


@pytest.fixture
def visit(
    browser: Browser, request: pytest.FixtureRequest, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """``visit(server)``: a page of a fresh browser profile, signed in as admin.

    ``scripts=False``: in a browser without JavaScript.
    """
    contexts: list[BrowserContext] = []

    def open_page(server: OliverServer, *, scripts: bool = True, **options: Any) -> Page:
        chosen = browser if scripts else request.getfixturevalue("scriptless_browser")
        context = chosen.new_context(base_url=server.url, **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        page.goto("/")
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password").fill(ADMIN_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Your question").wait_for()
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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's synchronous API keeps an event loop running in this
    thread until the session ends, and no asynchronous test can run beside it.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: here in item.path.parents)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if chromium() is None and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line(
            "The browser tests were skipped: no Chromium was found. Install one (Debian: "
            "`apt-get install chromium`) and run `make test` again."
        )
