"""The keys: every one that the ``?`` sheet lists is pressed here, and none acts where one types."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION, ask, part
from tests.browser.conftest import Complaints
from tests.browser.pages import fill
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import ROOT, OliverServer
from tests.browser.test_reading import with_prompts
from tests.support.provider_stand_in import Says, chat_output

Visit = Callable[..., Page]
Press = Callable[[Page], None]
_DISTANCE = "e => e.scrollHeight - e.clientHeight - e.scrollTop"
_LETTERS = list("?wpnsxjkeyv")
#: Of each key with a modifier, or of a composition: whether a shortcut took it.
_TAKEN = """(keys) => keys.flatMap((key) =>
  [{ctrlKey: true}, {altKey: true}, {metaKey: true}, {isComposing: true}].filter((how) => {
    const press = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...how});
    return !document.getElementById("scroller").dispatchEvent(press);
  }).map((how) => key + JSON.stringify(how)))"""


def _sheet(page: Page) -> None:
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    expect(page.locator("#scroller")).to_be_focused()


def _write(page: Page) -> None:
    page.keyboard.press("w")
    expect(page.get_by_label("Your question")).to_be_focused()


def _prompts(page: Page) -> None:
    page.keyboard.press("p")
    expect(page.get_by_role("combobox", name="Find a prompt")).to_be_focused()


def _new(page: Page) -> None:
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))


def _search(page: Page) -> None:
    page.keyboard.press("s")
    expect(page.locator("#find")).to_be_focused()


def _stop(page: Page) -> None:
    _ask_for_half(page)
    page.locator("#scroller").focus()
    page.keyboard.press("x")
    expect(page.locator(".turn-end [data-outcome=stopped]")).to_be_visible()


def _ask_for_half(page: Page) -> None:
    page.goto("/")
    ask(page, QUESTION)
    expect(part(page, "response")).to_contain_text("word140")


def _next(page: Page) -> None:
    first, second = page.locator(".turn h2").first, page.locator(".turn h2").nth(1)
    first.evaluate("e => { e.tabIndex = -1; e.focus(); }")
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("j")  # the last one: it stays
    expect(second).to_be_focused()


def _previous(page: Page) -> None:
    page.keyboard.press("k")
    expect(page.locator(".turn h2").first).to_be_focused()


def _end(page: Page) -> None:
    scroller = page.locator("#scroller")
    scroller.evaluate("e => { e.scrollTop = 0; }")
    expect(page.get_by_role("button", name="Latest")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Latest")).not_to_be_visible()
    assert scroller.evaluate(_DISTANCE) <= 48


def _copy(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("y")
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").strip().startswith("Shorter.")


def _canvas(page: Page) -> None:
    page.keyboard.press("v")
    expect(page.locator("#canvas h2")).to_be_focused()
    page.keyboard.press("v")
    expect(page.locator("#canvas")).not_to_be_visible()


def _enter(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Your question").fill("what is structuring")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn")).to_have_count(1)


def _line(page: Page) -> None:
    field = page.get_by_label("Your question")
    field.fill("one")
    field.press("Shift+Enter")
    expect(field).to_have_value("one\n")


def _escape(page: Page) -> None:
    _ask_for_half(page)
    field = page.get_by_label("Your question")
    field.fill("what comes next")
    page.locator(".part.sources a").first.click()
    expect(page.locator("#canvas h2")).to_be_visible()
    field.press("Escape")  # closes what lies open
    expect(page.locator("#canvas")).not_to_be_visible()
    expect(page.locator(".turn-end [data-outcome=stopped]")).to_have_count(0)
    field.press("Escape")
    expect(page.locator(".turn-end [data-outcome=stopped]")).to_be_visible()
    expect(field).to_have_value("what comes next")


def _slash(page: Page) -> None:
    page.get_by_label("Your question").fill("")  # drafts are kept
    page.get_by_label("Your question").press("/")
    expect(page.get_by_role("combobox", name="Find a prompt")).to_be_focused()


KEYS: dict[str, Press] = {
    "?": _sheet,
    "w": _write,
    "p": _prompts,
    "n": _new,
    "s": _search,
    "x": _stop,
    "j": _next,
    "k": _previous,
    "e": _end,
    "y": _copy,
    "v": _canvas,
    "Enter": _enter,
    "Shift Enter": _line,
    "Esc": _escape,
    "/": _slash,
}


def test_every_key_that_the_sheet_lists_does_what_it_says(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    words = " ".join(f"word{n}" for n in range(400))
    output = chat_output(response=words)
    half = Says(output, gate=provider_thread.gate(), gate_at=output.index("word200"))
    provider_thread.plays(half, Says(chat_output()), half)
    with_prompts(model_server)
    conversation, _, _ = fill(model_server)
    page = visit(model_server, viewport={"width": 1200, "height": 500})
    listed = [" ".join(each.split()) for each in page.locator(".shortcuts dt").all_text_contents()]
    assert listed == list(KEYS)
    for key, presses in KEYS.items():
        page.goto(f"/conversations/{conversation}/")
        page.locator("#scroller").focus()
        try:
            presses(page)
        except AssertionError as wrong:
            raise AssertionError(f"the key {key}: {wrong}") from wrong
    assert complaints == []


def test_every_key_that_acts_is_on_the_sheet() -> None:
    script = (ROOT / "static/js/shortcuts.js").read_text()
    table = script.partition("const KEYS = {")[2].partition("};")[0]
    keys = re.findall(r'^\s+"?(.)"?: ', table, re.MULTILINE)
    assert sorted(keys) == sorted(_LETTERS)
    assert set(_LETTERS) <= set(KEYS)


def test_in_fields_the_keys_are_text(visit: Visit, quoting_server: OliverServer) -> None:
    conversation, _, _ = fill(quoting_server)
    page = visit(quoting_server)
    page.goto(f"/conversations/{conversation}/")
    for field in (page.get_by_label("Your question"), page.locator("#find")):
        field.focus()
        page.keyboard.type("".join(_LETTERS))
        expect(field).to_have_value("".join(_LETTERS))
        expect(field).to_be_focused()
        field.fill("")
    page.get_by_role("radio", name="Compliance").focus()
    page.keyboard.type("".join(_LETTERS))
    expect(page.get_by_role("radio", name="Compliance")).to_be_focused()
    expect(page.locator("#shortcuts")).not_to_be_visible()
    expect(page.locator("#canvas")).not_to_be_visible()
    assert page.url.endswith(f"/conversations/{conversation}/")


def test_with_a_modifier_or_in_a_composition_no_key_acts(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, _, _ = fill(quoting_server)
    page = visit(quoting_server)
    page.goto(f"/conversations/{conversation}/")
    page.locator("#scroller").focus()
    assert page.evaluate(_TAKEN, _LETTERS) == []
    expect(page.locator("#scroller")).to_be_focused()
    expect(page.locator("#shortcuts")).not_to_be_visible()
    assert page.url.endswith(f"/conversations/{conversation}/")
    alone = _TAKEN.replace("[{ctrlKey: true}, {altKey: true}, {metaKey: true}", "[{}")
    assert page.evaluate(alone, ["w"]) == ["w{}"]  # the check sees a key that acts


@pytest.mark.parametrize("where", ["/library/", "/settings/", "/prompts/"])
def test_a_new_conversation_is_a_key_away_on_every_page_also_where_the_list_is_folded(
    where: str, visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, viewport={"width": 640, "height": 700})
    page.goto(where)
    expect(page.get_by_role("link", name="New conversation")).not_to_be_visible()
    page.locator("main, #scroller").first.click(position={"x": 2, "y": 2})
    page.keyboard.press("n")
    expect(page.get_by_label("Your question")).to_be_visible()


def test_who_turned_them_off_has_no_keys(visit: Visit, quoting_server: OliverServer) -> None:
    page = visit(quoting_server)
    page.evaluate("document.body.dataset.shortcuts = 'off'")
    page.locator("#scroller").focus()
    page.keyboard.press("?")
    page.keyboard.press("w")
    expect(page.locator("#scroller")).to_be_focused()
    expect(page.locator("#shortcuts")).not_to_be_visible()
