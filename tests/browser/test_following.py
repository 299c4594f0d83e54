"""The view follows an answer's end while its reader is there, and only then."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION, ask, part
from tests.browser.provider_thread import Gate, ProviderThread
from tests.browser.server import OliverServer
from tests.support.provider_stand_in import Says, chat_output

Visit = Callable[..., Page]
TEXT = "\n\n".join(f"Paragraph {n}. " + "Some more words of it. " * 12 for n in range(24))
OUTPUT = chat_output(response=f"{TEXT}\n\nThe end.")
HALF = OUTPUT.index("Paragraph 15")
_DISTANCE = "(e => e.scrollHeight - e.clientHeight - e.scrollTop)(document.all.scroller)"
_CARET = (
    "getComputedStyle(document.querySelector('.response .tail > :last-child'), '::after')"
    ".animationName"
)
#: Where a paragraph stands in the window, and what of it is selected.
_PLACE = """() => {
  const read = [...document.querySelectorAll(".response .final p")]
    .find((each) => each.textContent.startsWith("Paragraph 5."));
  return [read.getBoundingClientRect().top, String(getSelection())];
}"""
_SELECT = """() => {
  const read = [...document.querySelectorAll(".response .final p")]
    .find((each) => each.textContent.startsWith("Paragraph 5."));
  read.scrollIntoView({ block: "center" });
  getSelection().setBaseAndExtent(read.firstChild, 0, read.firstChild, 12);
}"""


@pytest.fixture
def half(visit: Visit, model_server: OliverServer, provider_thread: ProviderThread) -> "Half":
    """A page with half an answer, whose other half comes when the gate opens."""
    gate = provider_thread.gate()
    provider_thread.plays(Says(OUTPUT, piece=40, gate=gate, gate_at=HALF), Says(chat_output()))
    # Playwright's waiting for a condition is code from a string, which the page's CSP forbids.
    page = visit(model_server, viewport={"width": 900, "height": 600}, bypass_csp=True)
    ask(page, QUESTION)
    expect(part(page, "response")).to_contain_text("Paragraph 14.")
    is_at_the_end(page)  # a quick answer is on the page before its scripts have begun
    return page, gate


Half = tuple[Page, Gate]


def is_at_the_end(page: Page) -> None:
    page.wait_for_function(f"{_DISTANCE} <= 48")
    expect(page.get_by_role("button", name="Latest")).not_to_be_visible()


def goes_on(page: Page, gate: Gate) -> None:
    gate.open()
    expect(part(page, "response")).to_contain_text("The end.")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    expect(page.locator(".live")).to_have_count(0)


def scroll(page: Page, down_px: int) -> None:
    page.locator("#scroller").hover()
    page.mouse.wheel(0, down_px)


def test_who_is_at_the_end_stays_at_the_end(half: Half) -> None:
    page, gate = half
    is_at_the_end(page)
    goes_on(page, gate)
    is_at_the_end(page)


def test_who_scrolls_up_keeps_place_and_selection_while_text_and_status_change(
    half: Half,
) -> None:
    page, gate = half
    page.evaluate(_SELECT)
    latest = page.get_by_role("button", name="Latest")
    expect(latest).to_be_visible()
    page.wait_for_function(f"{_DISTANCE} > 48")
    place, selected = page.evaluate(_PLACE)
    assert selected == "Paragraph 5."
    goes_on(page, gate)
    now, still_selected = page.evaluate(_PLACE)
    assert abs(now - place) <= 1
    assert still_selected == selected
    expect(latest).to_be_visible()
    latest.click()
    is_at_the_end(page)


@pytest.mark.parametrize("up_px", [10, 700])
def test_any_scrolling_up_releases_the_view(half: Half, up_px: int) -> None:
    page, gate = half
    is_at_the_end(page)
    before = page.locator("#scroller").evaluate("e => e.scrollTop")
    scroll(page, -up_px)
    page.wait_for_function("before => document.all.scroller.scrollTop < before", arg=before)
    goes_on(page, gate)
    assert page.locator("#scroller").evaluate("e => e.scrollTop") < before
    expect(page.get_by_role("button", name="Latest")).to_be_visible()


def test_who_comes_back_to_the_end_is_taken_along_again(half: Half) -> None:
    page, gate = half
    scroll(page, -700)
    expect(page.get_by_role("button", name="Latest")).to_be_visible()
    scroll(page, 5_000)
    is_at_the_end(page)
    goes_on(page, gate)
    is_at_the_end(page)


def test_a_question_of_ones_own_is_shown_wherever_one_was_reading(half: Half) -> None:
    page, gate = half
    goes_on(page, gate)
    # At once: a wheel's scrolling goes on for a while, and would be the reader's later wish.
    page.locator("#scroller").evaluate("e => { e.scrollTop = 0; }")
    expect(page.get_by_role("button", name="Latest")).to_be_visible()
    ask(page, "and for casinos?")
    expect(part(page, "response")).to_contain_text("Thirty days.")
    expect(part(page, "response")).to_be_in_viewport()
    is_at_the_end(page)


def test_a_message_does_not_take_the_view_from_who_scrolled_just_before_it(half: Half) -> None:
    page, _ = half
    # In one task: the browser tells of the scrolling later than of the message.
    page.evaluate(
        """() => {
          document.all.scroller.scrollTop -= 300;
          document.dispatchEvent(new CustomEvent("htmx:sse:after:message"));
        }"""
    )
    expect(page.get_by_role("button", name="Latest")).to_be_visible()
    page.wait_for_function(f"{_DISTANCE} > 48")


def test_the_caret_stands_while_words_come_and_blinks_in_a_pause(half: Half) -> None:
    page, _ = half
    page.wait_for_function(f"{_CARET} === 'blink'")
    while_words_come = page.evaluate(
        f"""() => {{
          const news = new CustomEvent("htmx:sse:after:message", {{ bubbles: true }});
          document.querySelector(".live").dispatchEvent(news);
          return {_CARET};
        }}"""
    )
    assert while_words_come == "none"
    page.wait_for_function(f"{_CARET} === 'blink'")


def test_a_short_answer_leaves_its_question_at_the_top_of_the_view(half: Half) -> None:
    page, gate = half
    goes_on(page, gate)
    ask(page, "and for casinos?")
    expect(part(page, "response")).to_contain_text("Thirty days.")
    is_at_the_end(page)
    top = "document.querySelector('.turn:last-child h2').getBoundingClientRect().top"
    assert page.evaluate(f"{top} - document.all.scroller.getBoundingClientRect().top") < 80


def test_a_conversation_opens_at_its_last_question(half: Half) -> None:
    page, gate = half
    goes_on(page, gate)
    page.reload()
    expect(page.locator(".turn:last-child h2")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Latest")).to_be_visible()
