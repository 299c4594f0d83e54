"""More windows of one browser than it has connections to a host."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.asking import SO_FAR, answer, half_told
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer

Visit = Callable[..., Page]
WAITS = "Other windows of this browser are showing live answers."
#: As many as connections.js has locks.
MOST_STREAMS = 4


def until_streaming(page: Page, count: int) -> None:
    """So many windows of its browser have a place for their stream."""
    page.wait_for_function(
        """(count) => navigator.locks.query().then(({ held }) =>
            held.filter(({ name }) => name.startsWith("oliver:stream:")).length === count)""",
        arg=count,
    )


def test_seven_windows_of_a_live_answer_all_load_and_those_without_a_stream_say_so(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    first = visit(model_server)
    gate = half_told(first, provider_thread)
    pages = [first]
    for _ in range(6):
        until_streaming(first, min(len(pages), MOST_STREAMS))
        pages.append(first.context.new_page())
        pages[-1].goto(first.url)
    streaming, waiting = pages[:4], pages[4:]
    for page in streaming:
        expect(answer(page)).to_contain_text(SO_FAR)
        expect(page.get_by_text(WAITS)).not_to_be_visible()
    for page in waiting:
        expect(page.locator(".turn").get_by_text(WAITS)).to_be_visible()

    waiting[-1].goto(f"{model_server.url}/library/")  # a connection is left for it
    waiting[-1].go_back()
    for page in streaming[:3]:
        page.close()
    for page in waiting:
        expect(answer(page)).to_contain_text(SO_FAR)
        expect(page.locator(".turn").get_by_text(WAITS)).not_to_be_visible()
    gate.open()
    for page in pages[3:]:
        expect(answer(page)).to_contain_text("The end.")
        expect(page.locator(".live")).to_have_count(0)
