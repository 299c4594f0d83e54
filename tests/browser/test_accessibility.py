"""axe-core over every page and state, light in English and dark in German; narrow and zoomed
pages; the keyboard.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION, ask, part
from tests.browser.conftest import Complaints
from tests.browser.pages import build_pages, fill
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.provider_stand_in import Refuses, Says, chat_output

pytestmark = pytest.mark.begins_first
Visit = Callable[..., Page]
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


class Look(NamedTuple):
    """How a page is read: each language and each theme is seen once."""

    language: str
    scheme: Literal["light", "dark"]


def violations(page: Page) -> list[str]:
    """What axe-core complains about, one line for each element."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    found = _AXE.run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.fixture(params=[("en", "light"), ("de", "dark")], ids="-".join)
def look(request: pytest.FixtureRequest) -> Iterator[Look]:
    """A language, in which ``gettext`` then gives what the page says, and a theme."""
    language, scheme = request.param
    with override(language):
        yield Look(language, scheme)


def seen_in(look: Look, visit: Visit, server: OliverServer) -> Page:
    page = visit(server, color_scheme=look.scheme, bypass_csp=True)
    cookie = {"name": "oliver_language", "value": look.language, "url": server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", look.language)
    return page


def put(page: Page, question: str) -> None:
    """``ask``, in any language."""
    page.locator("#question").fill(question)
    page.locator("#composer .send").click()


def test_pages_have_no_violation(visit: Visit, quoting_server: OliverServer, look: Look) -> None:
    page = seen_in(look, visit, quoting_server)
    put(page, QUESTION)
    expect(page.get_by_role("status")).to_have_text(_("Answer complete"))
    assert violations(page) == []
    part(page, "response").locator("a.citation").first.click()
    expect(page.locator("#canvas h2")).to_be_visible()
    assert violations(page) == [], "a passage beside the answer"
    for url in build_pages(quoting_server):
        page.goto(url)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert violations(page) == [], url


def test_an_answer_has_no_violation_in_any_state(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread, look: Look
) -> None:
    gate = provider_thread.gate()
    provider_thread.plays(
        Says(OUTPUT, gate=gate, gate_at=OUTPUT.index("quoted")), Refuses(401, "invalid_api_key")
    )
    page = seen_in(look, visit, model_server)
    put(page, QUESTION)
    expect(part(page, "response")).to_contain_text("Heading")
    assert violations(page) == [], "while it is written"
    put(page, "and another one meanwhile")
    expect(page.get_by_role("alert")).not_to_be_empty()
    assert violations(page) == [], "refused"
    gate.open()
    expect(page.get_by_role("status")).to_have_text(_("Answer complete"))
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert violations(page) == [], "complete, all unfolded"
    page.get_by_role("button", name=_("Not helpful")).click()
    page.locator("[data-edit]").click()
    expect(page.get_by_label(_("A fact is wrong"))).to_be_visible()
    expect(page.locator("[data-edit-form]")).to_be_visible()
    assert violations(page) == [], "judged, and its question edited"
    page.locator("[data-edit-form] [data-cancel]").click()
    page.locator(".part.artifacts a").first.click()
    expect(page.locator("#canvas .canvas-actions")).to_be_visible()
    assert violations(page) == [], "an artifact beside it"
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    put(page, QUESTION + " again")
    expect(page.locator("#composer-error")).not_to_be_empty()
    assert violations(page) == [], "offline"
    page.context.set_offline(False)
    page.locator("#composer .send").click()
    expect(page.locator(".turn-end [data-outcome=failed]")).to_be_visible()
    assert violations(page) == [], "failed"


def test_a_transcript_has_one_status_region_and_headings_and_landmarks_to_go_by(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, first, second = fill(quoting_server)
    page = visit(quoting_server)
    page.goto(f"/conversations/{conversation}/")
    assert page.locator("[role=status], [aria-live]").count() == 1
    for role in ("navigation", "main", "search"):
        expect(page.get_by_role(role).first).to_be_attached()
    for turn, question in ((first, "Question 0"), (second, "Question 1")):
        expect(page.get_by_role("article", name=question)).to_have_attribute("id", f"turn-{turn}")
        levels = page.locator(f"#turn-{turn}").locator("h1, h2, h3").all()
        assert [each.evaluate("h => h.localName") for each in levels[:2]] == ["h2", "h3"]
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


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
    # After a mere blur, Tab may go on from the field that had the focus.
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    seen: list[str] = []
    for _tab in range(500):
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
