"""axe-core over every page and state, light and dark; narrow and zoomed pages; the keyboard."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.browser.test_quoting import ask, part
from tests.provider_stand_in import Refuses, Says, chat_output

Visit = Callable[..., Page]
QUESTION = "how long do we have to report a suspicious transaction"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
OUTPUT = chat_output(
    reasoning="First this. Then `that`.",
    findings=[
        {
            "title": f"Finding {severity}",
            "severity": severity,
            "explanation": "It says so [sar-filing-deadline#due].",
            "citations": [],
        }
        for severity in ("high", "medium", "low", "info")
    ],
    response=(
        "# Heading\n\nText with **weight**, a [link](https://a.example/) and `code`.\n\n"
        "> quoted\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n\n- one\n- two\n"
    ),
    artifacts=[{"kind": "checklist", "title": "Steps", "content": "- [ ] File\n- [x] Check"}],
)
_AXE = Axe()


def violations(page: Page) -> list[str]:
    """What axe-core complains about, one line for each element."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    found = _AXE.run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_have_no_violation(
    visit: Visit, quoting_server: OliverServer, scheme: Literal["light", "dark"]
) -> None:
    page = visit(quoting_server, color_scheme=scheme, bypass_csp=True)
    assert violations(page) == []
    ask(page, QUESTION, "Compliance")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    assert violations(page) == []
    part(page, "response").locator("a.citation").first.click()
    expect(page.locator("#canvas h2")).to_be_visible()
    assert violations(page) == []
    conversation = page.url
    for url in (
        "/conversations/?find=suspicious",
        "/conversations/?find=nothing-has-these-words",
        "/library/",
        "/library/?q=report",
        "/library/?q=zzzz",
        "/library/sar-filing-deadline/",
        f"{conversation.partition('#')[0].rstrip('/')}/delete/",
        "/nothing-here",
    ):
        page.goto(url)
        assert violations(page) == [], url


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_answer_has_no_violation_in_any_state(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    scheme: Literal["light", "dark"],
) -> None:
    gate = provider_thread.gate()
    provider_thread.plays(
        Says(OUTPUT, gate=gate, gate_at=OUTPUT.index("quoted")), Refuses(401, "invalid_api_key")
    )
    page = visit(model_server, color_scheme=scheme, bypass_csp=True)
    ask(page, QUESTION)
    expect(part(page, "response")).to_contain_text("Heading")
    assert violations(page) == []  # while it is written
    ask(page, "and another one meanwhile")
    expect(page.get_by_role("alert")).to_contain_text("still being written")
    assert violations(page) == []  # refused
    gate.open()
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert violations(page) == []  # complete, all unfolded
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_role("link", name="Edit this question").click()
    expect(page.get_by_label("A fact is wrong")).to_be_visible()
    expect(page.locator("[data-edit-form]")).to_be_visible()
    assert violations(page) == []  # judged, and its question edited
    page.locator("[data-edit-form] [data-cancel]").click()
    page.locator(".part.artifacts a").first.click()
    expect(page.locator("#canvas .canvas-actions")).to_be_visible()
    assert violations(page) == []  # an artifact beside it
    page.keyboard.press("Escape")
    page.get_by_label("Your question").fill("")
    ask(page, QUESTION + " again")
    expect(page.locator(".turn-end [data-outcome=failed]")).to_be_visible()
    assert violations(page) == []  # failed


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sign_in_page_has_no_violation(
    browser: Any, quoting_server: OliverServer, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(base_url=quoting_server.url, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto("/accounts/login/")
    assert violations(page) == []
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    context.close()


#: 320 CSS pixels are also what is left of 1280 at 400%; 640 of 1280 at 200%.
@pytest.mark.parametrize("width", [320, 640])
def test_narrow_and_zoomed_pages_do_not_scroll_sideways(
    visit: Visit, quoting_server: OliverServer, width: int
) -> None:
    page = visit(quoting_server, viewport={"width": width, "height": 700})
    ask(page, QUESTION, "Compliance")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    for url in (page.url, "/", "/conversations/", "/library/", "/library/sar-filing-deadline/"):
        page.goto(url)
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) <= 0, url
        scroller = (
            "(e => e ? e.scrollWidth - e.clientWidth : 0)(document.querySelector('.scroller'))"
        )
        assert page.evaluate(scroller) <= 0, url


def test_everything_is_reached_by_keyboard_with_visible_focus(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask(page, QUESTION, "Compliance")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    page.evaluate("document.activeElement.blur()")
    seen: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        name, visible = page.evaluate(_FOCUSED)
        if name.startswith("body") or (seen and name == seen[0]):
            break
        assert visible, f"{name} shows no focus"
        seen.append(name)
    reached = " ".join(seen)
    assert seen[0].startswith("a.skip-link")
    for wanted in ("a.open", "a.citation", "textarea", "button.button.send", "summary", "#find"):
        assert wanted in reached, wanted
    assert complaints == []


#: The focused element's name, and whether its outline (or that of what frames it) can be seen.
_FOCUSED = """
() => {
  const element = document.activeElement;
  const id = element.id && `#${element.id}`;
  const name = [element.localName, ...element.classList].join(".") + id;
  const shows = (e) => {
    const style = getComputedStyle(e);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
      || style.boxShadow !== "none";
  };
  const frame = element.closest("label, .composer-field, .find") ?? element;
  const next = element.nextElementSibling ?? element;
  return [name, shows(element) || shows(frame) || shows(next)];
}
"""
