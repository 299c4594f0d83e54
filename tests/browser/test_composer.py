"""The composer keeps what was typed, and sends it only when its writer means it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.asking import ask, half_told
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer

Visit = Callable[..., Page]
#: Enter ends a composition. Safari has ended it before the key arrives, and tells by 229.
_ENTERS = """field => [{isComposing: true}, {keyCode: 229}, {}].map(how => {
    const enter = {key: "Enter", bubbles: true, cancelable: true, ...how};
    return !field.dispatchEvent(new KeyboardEvent("keydown", enter));
})"""


def test_a_draft_is_there_again_after_a_reload_and_gone_once_it_was_sent(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    question = page.get_by_label("Your question")
    question.press_sequentially("when is a CTR due")
    page.reload()
    expect(question).to_have_value("when is a CTR due")
    question.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    page.goto("/")
    expect(question).to_have_value("")


def test_the_enter_that_ends_a_composition_sends_nothing(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    page.route("**/turns/", lambda route: route.abort())
    page.get_by_label("Your question").fill("漢字")
    taken = page.get_by_label("Your question").evaluate(_ENTERS)
    assert taken == [False, False, True]  # only the plain one is taken for "send"


def test_the_kind_of_answer_is_remembered_for_each_conversation(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    chosen = page.locator(".types :checked + span")
    page.locator(".types label", has_text="Compliance").click()
    page.get_by_label("Your question").fill("when is a CTR due")
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    conversation = page.url
    page.goto("/")
    expect(chosen).to_have_text("General")
    page.goto(conversation)
    expect(chosen).to_have_text("Compliance")


def test_a_refusal_while_an_answer_is_written_goes_when_it_has_ended(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server)
    gate = half_told(page, provider_thread)
    ask(page, "and for casinos?")
    refusal = page.locator("#composer-error")
    expect(refusal).to_contain_text("still being written")
    gate.open()
    expect(page.locator(".live")).to_have_count(0)
    expect(refusal).to_be_empty()
    expect(page.get_by_label("Your question")).to_have_value("and for casinos?")
