"""The first answer, as `make run` gives it to whoever has no key: quoted, cited, checked."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, part
from tests.browser.conftest import Complaints
from tests.browser.pages import fill
from tests.browser.server import OliverServer

Visit = Callable[..., Page]


def test_the_first_answer_quotes_its_passages_verbatim(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask(page, "how long do we have to report a suspicious transaction", "Compliance")
    response = part(page, "response")
    expect(response.locator("blockquote").first).to_contain_text("30 calendar days")
    expect(response.locator("a.citation").first).to_have_attribute("data-state", "verified")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    expect(part(page, "findings").locator("li").first).to_be_visible()
    assert complaints == []


def test_a_citation_opens_its_passage_beside_the_conversation(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    ask(page, "can the teller tell the customer about a suspicious activity report")
    response = part(page, "response")
    chip = response.locator("a.citation").first
    expect(chip).to_have_attribute("data-state", "verified")
    quote = response.locator("blockquote").first.inner_text().removesuffix(chip.inner_text())
    chip.click()
    canvas = page.locator("#canvas")
    expect(canvas).to_contain_text(re.compile(r"\d+ (CFR|USC)"))
    expect(canvas).to_contain_text(quote.strip().split(". ")[0])
    marked = canvas.locator("mark").first
    expect(marked).to_be_in_viewport()
    assert marked.inner_text()[:20] == quote.strip()[:20]
    page.keyboard.press("Escape")
    expect(canvas).not_to_be_visible()


def test_what_the_library_does_not_cover_is_refused(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    ask(page, "how do i bake a chocolate cake")
    response = part(page, "response")
    expect(response).to_contain_text("no passage that answers this question")
    expect(response.locator("blockquote")).to_have_count(0)


def test_the_page_says_that_no_model_is_connected_and_how_to_connect_one(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    expect(page.locator("body")).to_contain_text(
        "No language model is connected; answers quote the library"
    )
    page.get_by_text("How to connect a model").click()
    expect(page.get_by_text("OLIVER_MODEL").first).to_be_visible()


def test_without_javascript_one_can_ask_and_read(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, scripts=False)
    ask(page, "how long do we have to report a suspicious transaction", "Compliance")
    expect(page).to_have_url(re.compile(r"/conversations/\d+/"))
    expect(page.locator("blockquote").first).to_contain_text("30 calendar days")
    page.locator("blockquote a.citation").first.click()
    expect(page).to_have_url(re.compile(r"/library/passages/.*#quoted$"))
    expect(page.locator("mark#quoted")).to_be_in_viewport()


def test_without_javascript_no_button_is_there_that_only_a_script_could_serve(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, first, _ = fill(quoting_server)
    page = visit(quoting_server, scripts=False)
    for url in (
        f"/conversations/{conversation}/",
        f"/turns/{first}/artifacts/1/",
        "/library/passages/sar-filing-deadline/thirty-days/",
    ):
        page.goto(url)
        buttons = page.locator("button:visible:not([popovertarget])")
        served = "buttons => buttons.filter((b) => !b.form).map((b) => b.textContent)"
        assert buttons.evaluate_all(served) == [], url


def test_without_javascript_one_can_search_and_export(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, scripts=False)
    ask(page, "who signs off on a lottery ticket policy called zanzibar")
    finder = page.get_by_role("searchbox", name="Search conversations")
    finder.fill("zanzibar")
    finder.press("Enter")
    expect(page.locator("mark").first).to_have_text("zanzibar")
    page.locator("main a", has=page.locator("mark")).first.click()
    page.get_by_label("Actions for this conversation").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert "zanzibar" in download.value.path().read_text()


@pytest.mark.parametrize(("keys", "sent"), [(["Enter"], True), (["Shift+Enter"], False)])
def test_enter_sends_and_shift_enter_breaks_the_line(
    visit: Visit, quoting_server: OliverServer, keys: list[str], sent: bool
) -> None:
    page = visit(quoting_server)
    composer = page.get_by_label("Your question")
    composer.press_sequentially("what is structuring")
    for key in keys:
        composer.press(key)
    if sent:
        expect(part(page, "response")).to_be_visible()
    else:
        expect(composer).to_have_value("what is structuring\n")


def test_the_answer_can_be_asked_for_by_keyboard_alone(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("what is structuring")
    page.keyboard.press("Enter")
    chip = part(page, "response").locator("a.citation").first
    expect(chip).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#canvas")).to_contain_text("31 ")
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()


def test_a_checklist_opens_in_the_canvas_and_downloads(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    ask(page, "which signs suggest elder financial exploitation", "Compliance")
    card = part(page, "artifacts").get_by_role("link").first
    card.click()
    canvas = page.locator("#canvas")
    expect(canvas).to_contain_text("Checklist")
    with page.expect_download() as download:
        canvas.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().strip()
