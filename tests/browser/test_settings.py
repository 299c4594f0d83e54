"""The settings page in a real Chromium: by hand, by keyboard, without scripts, and under axe-core.

And axe-core over the pages of the administration that are ours.
"""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION, ask, part
from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer
from tests.browser.test_accessibility import SCHEMES, violations

pytestmark = pytest.mark.begins_first
Visit = Callable[..., Page]


def choose(page: Page, *labels: str) -> None:
    page.goto("/settings/")
    for label in labels:
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_chosen_theme_is_there_before_any_script_and_whatever_the_system_says(
    visit: Visit, quoting_server: OliverServer, scripts: bool, complaints: Complaints
) -> None:
    page = visit(quoting_server, color_scheme="light", scripts=scripts)
    page.get_by_role("link", name="Settings").click()
    choose(page, "Dark", "Compact")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    expect(page.locator("html")).to_have_css("background-color", "rgb(21, 23, 26)")
    choose(page, "System default", "Comfortable")
    expect(page.locator("html")).to_have_css("background-color", "rgb(251, 250, 248)")
    assert complaints == []


def test_plain_messages_are_plain_on_the_page_and_in_the_stream(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    choose(page, "Plain: only the main steps")
    page.goto("/")
    ask(page, QUESTION)
    expect(part(page, "response")).to_contain_text("30 calendar days")
    expect(page.locator(".live")).to_have_count(0)
    lines = page.locator(".steps li")
    expected = ["Looking in the library…", "Writing the answer…", "Checking the quotes…"]
    assert [text.partition("…")[0] + "…" for text in lines.all_text_contents()] == expected
    page.reload()
    assert [text.partition("…")[0] + "…" for text in lines.all_text_contents()] == expected
    choose(page, "Detailed: every stage, with counts")


def test_what_staff_call_a_stage_is_what_readers_see(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    page.goto("/admin/conversations/statustext/add/")
    page.get_by_label("Stage").select_option("search")
    page.get_by_label("Analysis type").select_option("document")
    page.get_by_label("Text").fill("Leafing <b>through</b> our shelves…")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("Leafing")
    page.goto("/")
    ask(page, "Review this: “We report a suspicious transaction after 90 days.”", "Document review")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    page.locator(".steps summary").click()
    step = page.locator(".steps li", has_text="Leafing <b>through</b> our shelves…")
    expect(step).to_be_visible()


def test_a_token_is_made_copied_and_revoked_by_keyboard(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    page.goto("/settings/")
    page.get_by_label("Purpose of the new token").fill("<b>Nightly</b>")
    page.keyboard.press("Enter")
    secret = page.get_by_label("Copy the token")
    expect(secret).to_be_focused()
    assert secret.input_value().startswith("oliver_")
    page.locator("#tokens li", has_text="<b>Nightly").get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Token revoked.")).to_be_visible()
    expect(page.get_by_text("<b>Nightly")).to_have_count(0)
    assert complaints == []


def test_a_browser_that_was_signed_out_from_afar_meets_the_sign_in_page(
    visit: Visit, quoting_server: OliverServer
) -> None:
    there, here = (visit(quoting_server, alone=True) for _ in range(2))
    here.goto("/settings/")
    here.get_by_role("button", name="Sign out all other browsers").click()
    expect(here.get_by_text("All other browsers are signed out.")).to_be_visible()
    expect(here.locator("#sessions li")).to_have_count(1)
    there.goto("/library/")
    expect(there.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_of_settings_have_no_violation(
    visit: Visit, quoting_server: OliverServer, scheme: Literal["light", "dark"]
) -> None:
    page = visit(quoting_server, color_scheme=scheme, bypass_csp=True)
    page.goto("/settings/")
    page.get_by_label("Purpose of the new token").fill("Nightly")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_label("Copy the token")).to_be_visible()
    assert violations(page) == [], "a new token"
    page.goto("/settings/?saved=session")
    assert violations(page) == [], "something saved"
    page.get_by_role("link", name="Revoke").first.click()
    assert violations(page) == [], "revoking"
    page.goto("/settings/password/")
    assert violations(page) == [], "password"
    page.get_by_label("Old password").fill("wrong")
    page.get_by_label("New password", exact=True).fill("123")
    page.get_by_label("New password confirmation").fill("123")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert violations(page) == [], "a refused password"
    choose(page, "Compact", "Dark" if scheme == "light" else "Light")
    assert violations(page) == [], "the other theme, compact"
    choose(page, "Comfortable", "System default")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_our_pages_of_the_administration_have_no_violation(
    visit: Visit, quoting_server: OliverServer, scheme: Literal["light", "dark"]
) -> None:
    page = visit(quoting_server, color_scheme=scheme, bypass_csp=True)
    ask(page, QUESTION, "Compliance")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    for url in ("/admin/conversations/streamstats/", "/admin/conversations/statustext/"):
        page.goto(url)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert violations(page) == [], url
    for model in ("conversation", "turn"):
        page.goto(f"/admin/conversations/{model}/")
        page.locator("#result_list tbody th a").first.click()
        page.wait_for_url("**/change/**")
        assert violations(page) == [], model


def test_the_settings_page_needs_no_sideways_scrolling_on_a_phone(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, viewport={"width": 320, "height": 640})
    for url in ("/settings/", "/settings/password/"):
        page.goto(url)
        scroller = "(e => e.scrollWidth - e.clientWidth)(document.querySelector('.scroller'))"
        assert page.evaluate(scroller) <= 0, url
