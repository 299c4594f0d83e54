"""Feedback at an answer, by keyboard, by mouse and without scripts."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION
from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer
from tests.browser.test_conversations import ask_and_wait

Visit = Callable[..., Page]


def test_a_thumb_opens_the_form_and_what_is_said_is_kept_changed_and_taken_back(
    visit: Visit, quoting_server: OliverServer, complaints: Complaints
) -> None:
    page = visit(quoting_server)
    ask_and_wait(page, QUESTION)
    down = page.get_by_role("button", name="Not helpful")
    down.press("Enter")
    status = page.get_by_role("status")
    expect(status).to_have_text("Thank you for your feedback.")
    wrong = page.get_by_label("A fact is wrong")
    expect(wrong).to_be_visible()
    wrong.check()
    comment = page.get_by_label("What should it have said? (optional)")
    comment.fill("Thirty days <img src=x onerror=alert(1)>")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#composer-error")).to_contain_text("Cannot reach Oliver")
    expect(comment).to_have_value("Thirty days <img src=x onerror=alert(1)>")
    page.context.set_offline(False)
    complaints.clear()  # the browser's own, about the lost network
    page.get_by_role("button", name="Save").click()
    expect(comment).to_have_count(0)
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Change your feedback").click()
    expect(wrong).to_be_checked()
    expect(comment).to_have_value("Thirty days <img src=x onerror=alert(1)>")
    comment.press("Escape")
    expect(comment).to_have_count(0)
    down.press("Enter")
    expect(status).to_have_text("Feedback removed.")
    expect(down).to_have_attribute("aria-pressed", "false")
    expect(down).to_be_focused()
    assert complaints == []


def test_feedback_works_without_scripts(visit: Visit, quoting_server: OliverServer) -> None:
    page = visit(quoting_server, scripts=False)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_label("A source is missing").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Change your feedback").click()
    expect(page.get_by_label("A source is missing")).to_be_checked()
