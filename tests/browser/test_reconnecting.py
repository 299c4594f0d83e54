"""Streams end after their time, and the page goes on; signed out, it keeps what it shows."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.asking import SO_FAR, answer, half_told
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def brief_server(
    tmp_path_factory: pytest.TempPathFactory, provider_thread: ProviderThread
) -> Iterator[OliverServer]:
    """Each of its streams lasts a second."""
    with OliverServer(
        tmp_path_factory.mktemp("brief"),
        OLIVER_MODEL="openai/stand-in",
        OLIVER_API_BASE=provider_thread.url,
        OLIVER_API_KEY="sk-test",
        OLIVER_STREAM_MAX_S="1",
    ) as server:
        yield server


def _keep(streams: list[Request], request: Request) -> None:
    if "/stream" in request.url:
        streams.append(request)


def test_streams_that_end_after_their_time_are_not_noticed(
    visit: Visit, brief_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(brief_server)
    streams: list[Request] = []
    page.on("request", lambda request: _keep(streams, request))
    gate = half_told(page, provider_thread)
    first = answer(page).get_by_role("heading", name="First").element_handle()
    streams.clear()
    while len(streams) < 2:
        page.wait_for_event("request", predicate=lambda request: "/stream" in request.url)
        expect(page.locator(".connection")).not_to_be_visible()
    assert "last-event-id" in streams[-1].all_headers()
    gate.open()
    expect(answer(page)).to_contain_text("The end.")
    expect(page.locator(".live")).to_have_count(0)
    assert first is not None
    assert first.evaluate("element => element.isConnected")  # nothing was replaced
    whole = answer(page).inner_html()
    page.reload()
    assert answer(page).inner_html() == whole


def test_a_page_that_is_signed_out_says_so_and_keeps_what_was_written(
    visit: Visit, brief_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(brief_server)
    gate = half_told(page, provider_thread)
    page.context.clear_cookies()
    sentence = page.get_by_text("You are signed out.").first
    expect(sentence).to_be_visible()
    expect(page.locator("#announcement")).to_contain_text("You are signed out.")
    expect(answer(page)).to_contain_text(SO_FAR)
    expect(page.locator(".live")).to_have_count(0)
    expect(page.get_by_role("button", name="Stop")).not_to_be_visible()
    gate.open()
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill("browser test password")
    page.get_by_role("button", name="Sign in").click()
    expect(answer(page)).to_contain_text("The end.")
