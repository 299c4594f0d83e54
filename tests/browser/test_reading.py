"""Prompts, contents, code and versions, as a reader with a keyboard meets them."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.pages import fill
from tests.browser.server import OliverServer
from tests.browser.test_accessibility import SCHEMES, violations

Visit = Callable[..., Page]
EVIL = "<img src=x onerror=alert(1)>"
_PROMPTS = f"""
from django.contrib.auth.models import User
from chat.conversations.models import Prompt
admin = User.objects.get(username="admin")
for title, text in (("Gap analysis", "Compare {{institution}} with the rule."),
        ("Review", "Review this {{document}}."), ("{EVIL}", "{EVIL}")):
    Prompt.objects.get_or_create(owner=admin, title=title, defaults={{"text": text}})
"""


def with_prompts(server: OliverServer) -> None:
    server.manage("shell", "-v0", "-c", _PROMPTS)


def test_a_slash_opens_the_prompts_and_the_placeholder_is_typed_over(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    with_prompts(quoting_server)
    page = visit(quoting_server)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    composer = page.get_by_label("Your question")
    composer.press("/")
    finder = page.get_by_role("combobox", name="Find a prompt")
    expect(finder).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(3)
    expect(page.locator("#prompt-list")).to_contain_text(EVIL)
    page.keyboard.type("gap")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(composer).to_be_focused()
    page.keyboard.type("the bank")
    expect(composer).to_have_value("Compare the bank with the rule.")
    assert complaints == []


def test_escape_gives_back_what_was_typed(visit: Visit, quoting_server: OliverServer) -> None:
    with_prompts(quoting_server)
    page = visit(quoting_server)
    composer = page.get_by_label("Your question")
    composer.press("/")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.type("etc")
    page.keyboard.press("Escape")
    expect(composer).to_be_focused()
    expect(composer).to_have_value("/etc")
    expect(page.locator("#prompt-picker")).not_to_be_visible()


def test_without_javascript_a_prompt_is_used_from_its_page(
    visit: Visit, quoting_server: OliverServer
) -> None:
    with_prompts(quoting_server)
    page = visit(quoting_server, scripts=False)
    page.get_by_role("link", name="Prompts").last.click()
    page.get_by_role("link", name="Use “Review”").click()
    expect(page.get_by_label("Your question")).to_have_value("Review this {document}.")


def test_the_contents_lead_to_a_heading_without_moving_the_text(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, first, _ = fill(quoting_server)
    page = visit(quoting_server)
    page.goto(f"/conversations/{conversation}/")
    outline = page.locator(f"#turn-{first}-outline")
    response = page.locator(f"#turn-{first} .part.response")
    before = response.evaluate("e => e.offsetTop")
    outline.get_by_text("Contents").click()
    assert response.evaluate("e => e.offsetTop") == before
    outline.get_by_role("link", name="Part 4", exact=True).click()
    heading = page.get_by_role("heading", name="Part 4", exact=True)
    expect(heading).to_be_in_viewport()
    expect(outline.get_by_role("link").first).not_to_be_visible()


def test_wide_tables_and_code_are_reached_by_keyboard_and_named(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, first, _ = fill(quoting_server)
    page = visit(quoting_server, viewport={"width": 360, "height": 700})
    page.goto(f"/conversations/{conversation}/")
    table = page.locator(f"#turn-{first} .response .wide")
    expect(table).to_have_attribute("tabindex", "0")
    expect(table).to_have_accessible_name("Table, scrolls sideways")
    expect(page.locator(f"#turn-{first} .response .code-keyword").first).to_have_text("def ")
    page.set_viewport_size({"width": 1400, "height": 700})
    expect(table).not_to_have_attribute("tabindex", "0")


def test_the_view_stays_where_one_reads_and_latest_leads_to_the_end(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, _, _ = fill(quoting_server)
    page = visit(quoting_server, viewport={"width": 900, "height": 900})
    page.goto(f"/conversations/{conversation}/")
    latest = page.get_by_role("button", name="Latest")
    expect(latest).not_to_be_visible()
    page.locator("#scroller").hover()
    page.mouse.wheel(0, -900)
    expect(latest).to_be_visible()
    latest.click()
    expect(latest).not_to_be_visible()
    distance = "e => e.scrollHeight - e.clientHeight - e.scrollTop"
    assert page.locator("#scroller").evaluate(distance) <= 48


def test_a_code_block_is_copied_by_itself(visit: Visit, quoting_server: OliverServer) -> None:
    conversation, first, _ = fill(quoting_server)
    page = visit(quoting_server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/conversations/{conversation}/")
    block = page.locator(f"#turn-{first} .response pre")
    block.locator("[data-copy=code]").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("def due(day):")
    assert copied.rstrip() == block.locator("code").inner_text().rstrip()


def test_versions_of_an_artifact_are_switched_and_compared_in_the_canvas(
    visit: Visit, quoting_server: OliverServer
) -> None:
    conversation, _, second = fill(quoting_server)
    page = visit(quoting_server)
    page.goto(f"/conversations/{conversation}/")
    page.locator(f"#turn-{second}-artifacts a").first.click()
    canvas = page.locator("#canvas")
    expect(canvas).to_contain_text("Check the facts twice")
    canvas.get_by_role("link", name="Changes since version 1").click()
    expect(canvas.locator("ins").first).to_contain_text("twice")
    canvas.locator(".versions li a").first.click()
    expect(canvas).to_contain_text("Check the facts")
    expect(canvas).not_to_contain_text("twice")
    expect(page.locator(f"#turn-{second}")).to_be_attached()  # beside the transcript


@pytest.mark.parametrize("scheme", SCHEMES)
def test_none_of_it_has_a_violation(
    visit: Visit, quoting_server: OliverServer, scheme: Literal["light", "dark"]
) -> None:
    with_prompts(quoting_server)
    conversation, first, second = fill(quoting_server)
    page = visit(quoting_server, color_scheme=scheme, bypass_csp=True)
    page.get_by_label("Your question").press("/")
    expect(page.get_by_role("option")).to_have_count(3)
    assert violations(page) == []  # the picker
    page.keyboard.press("Escape")
    page.locator("#scroller").focus()
    page.keyboard.press("?")
    assert violations(page) == []  # the sheet
    for url in ("/prompts/", "/prompts/new/", f"/turns/{second}/artifacts/1/?since=1"):
        page.goto(url)
        assert violations(page) == [], url
    page.goto(f"/conversations/{conversation}/")
    page.locator(f"#turn-{first}-outline summary").click()
    page.evaluate("document.querySelectorAll('details.part').forEach((d) => { d.open = true; })")
    assert violations(page) == []  # contents, tables and code
    page.locator(f"#turn-{second}-artifacts a").first.click()
    page.get_by_role("link", name="Changes since version 1").click()
    expect(page.locator("#canvas .diff ins").first).to_be_visible()
    assert violations(page) == []  # versions beside the transcript
