"""Another answer, an edited question, and the way back to what was there before."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.asking import QUESTION, ask, part
from tests.browser.conftest import Complaints
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.provider_stand_in import Refuses, Says, chat_output

Visit = Callable[..., Page]
NEXT = "and who must report a suspicious transaction"


def says(text: str) -> Says:
    return Says(chat_output(response=text))


def turns(page: Page) -> Locator:
    return page.locator("#transcript .turn")


def ask_and_wait(page: Page, question: str, answer: str) -> None:
    ask(page, question)
    expect(part(page, "response")).to_contain_text(answer)
    expect(page.locator(".live")).to_have_count(0)


def edit(page: Page, at: int = 0) -> Locator:
    """Opens the form of a question; its field."""
    turns(page).nth(at).get_by_role("link", name="Edit this question").click()
    return page.get_by_label("Edited question")


def test_another_answer_takes_the_place_of_the_first_and_both_are_a_key_away(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    gate = provider_thread.gate()
    second = Says(chat_output(response="The second."), gate=gate, gate_at=100)
    provider_thread.plays(says("The first."), says("What followed."), second, says("The third."))
    page = visit(model_server)
    ask_and_wait(page, QUESTION, "The first.")
    page.reload()
    ask_and_wait(page, NEXT, "What followed.")
    expect(turns(page)).to_have_count(2)
    turns(page).first.get_by_role("button", name="Regenerate").press("Enter")
    expect(turns(page)).to_have_count(1)
    expect(page.locator(".place")).to_contain_text("2/2")
    expect(page.locator(".turn h2")).to_be_focused()
    gate.open()
    expect(part(page, "response")).to_contain_text("The second.")
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    before = page.get_by_role("link", name="Previous answer")
    before.press("Enter")
    expect(part(page, "response")).to_contain_text("What followed.")
    expect(turns(page).first).to_contain_text("The first.")
    expect(page).to_have_url(re.compile(r"/conversations/\d+/\?turn=\d+#turn-\d+$"))
    expect(page.get_by_role("link", name="Next answer")).to_be_focused()
    deep = page.url
    page.keyboard.press("Enter")
    expect(turns(page)).to_have_count(1)
    expect(part(page, "response")).to_contain_text("The second.")
    expect(before).to_be_focused()
    page.get_by_role("button", name="Regenerate").click()
    expect(part(page, "response")).to_contain_text("The third.")
    expect(page).to_have_url(re.compile(r"/conversations/\d+/$"))
    page.goto(deep)
    expect(turns(page).first).to_contain_text("The first.")
    page.goto(page.url.partition("?")[0])
    expect(turns(page).first).to_contain_text("The first.")  # where its owner was
    assert complaints == []


def test_an_edited_question_branches_off_and_the_old_path_is_kept(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    provider_thread.plays(says("The first."), says("What followed."), says("Of the branch."))
    page = visit(model_server)
    ask_and_wait(page, QUESTION, "The first.")
    page.reload()
    ask_and_wait(page, NEXT, "What followed.")
    field = edit(page, 1)
    expect(field).to_be_focused()
    expect(field).to_have_value(NEXT)
    field.fill("never mind")
    page.keyboard.press("Escape")
    expect(turns(page).nth(1).get_by_role("heading", level=2)).to_have_text(NEXT)
    expect(turns(page).nth(1).get_by_role("link", name="Edit this question")).to_be_focused()
    edit(page, 1).fill("and who must not report a suspicious transaction")
    page.locator("[data-edit-form]").get_by_role("button", name="Ask").click()
    expect(part(page, "response")).to_contain_text("Of the branch.")
    expect(turns(page)).to_have_count(2)
    expect(turns(page).first).to_contain_text("The first.")
    sent = str(provider_thread.stand_in.requests[-1]["messages"])
    assert "The first." in sent
    assert "What followed." not in sent
    page.get_by_role("link", name="Previous question").click()
    expect(part(page, "response")).to_contain_text("What followed.")
    expect(turns(page).nth(1).get_by_role("heading", level=2)).to_have_text(NEXT)
    assert complaints == []


def test_an_edit_that_is_refused_or_does_not_arrive_keeps_its_text(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    gate = provider_thread.gate()
    provider_thread.plays(
        says("The first."), Says(chat_output(response="Slow."), gate=gate, gate_at=100)
    )
    page = visit(model_server)
    ask_and_wait(page, QUESTION, "The first.")
    ask(page, NEXT)
    expect(page.locator(".live")).to_have_count(1)
    field = edit(page)
    field.fill("a better question")
    send = page.locator("[data-edit-form]").get_by_role("button", name="Ask")
    send.click()
    error = page.locator("[data-edit-form] [role=alert]")
    expect(error).to_contain_text("still being written")
    expect(field).to_have_value("a better question")
    gate.open()
    expect(page.locator(".live")).to_have_count(0)
    page.context.set_offline(True)
    send.click()
    expect(error).to_contain_text("Cannot reach Oliver")
    expect(field).to_have_value("a better question")
    page.context.set_offline(False)
    page.reload()
    expect(edit(page)).to_have_value("a better question")  # even a reload keeps it


def test_versions_and_edits_work_without_scripts(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    provider_thread.plays(says("The first."), says("The second."), says("Of the branch."))
    page = visit(model_server, scripts=False)
    ask(page, QUESTION)
    expect(part(page, "response")).to_contain_text("The first.")
    page.get_by_role("button", name="Regenerate").click()
    expect(part(page, "response")).to_contain_text("The second.")
    expect(page.locator(".place")).to_contain_text("2/2")
    page.get_by_role("link", name="Previous answer").click()
    expect(part(page, "response")).to_contain_text("The first.")
    page.get_by_role("link", name="Edit this question").click()
    page.get_by_label("Edited question").fill("   ")
    page.locator("form.edit").get_by_role("button", name="Ask").click()
    expect(page.locator(".edit .form-error")).to_contain_text("Write a question first.")
    page.get_by_label("Edited question").fill(NEXT)
    page.locator("form.edit").get_by_role("button", name="Ask").click()
    expect(part(page, "response")).to_contain_text("Of the branch.")
    page.get_by_role("link", name="Previous question").click()
    expect(page.locator(".turn h2")).to_have_text(QUESTION)


def test_a_failed_attempt_stays_within_reach_of_the_one_that_worked(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    provider_thread.plays(Refuses(401, "invalid_api_key"), says("This time."))
    page = visit(model_server)
    ask(page, QUESTION)
    page.get_by_role("button", name="Try again").click()
    expect(part(page, "response")).to_contain_text("This time.")
    expect(turns(page)).to_have_count(1)
    expect(page.locator(".turn h2")).to_have_text(QUESTION)
    page.get_by_role("link", name="Previous answer").click()
    expect(page.locator(".turn-end [data-outcome=failed]")).to_contain_text("rejected the API key")


def test_a_citation_is_copied_with_its_source_and_day(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    part(page, "response").locator("a.citation").first.click()
    copy = page.locator("#canvas").get_by_role("button", name="Copy citation")
    copy.click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = "navigator.clipboard.readText()"
    assert re.search(r"CFR.*https://.*\(checked ", page.evaluate(copied))


def test_without_the_clipboard_api_it_is_copied_the_old_way_and_the_focus_stays(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    # As browsers have it over plain HTTP from another machine.
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto("/")
    ask(page, QUESTION)
    part(page, "response").locator("a.citation").first.click()
    copy = page.locator("#canvas [data-copy=citation]")
    copy.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied")
    expect(copy).to_be_focused()


def test_a_question_asked_offline_is_refused_and_kept(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    provider_thread.plays(says("The first."), says("The second."))
    page = visit(model_server)
    ask_and_wait(page, QUESTION, "The first.")
    page.context.set_offline(True)
    ask(page, NEXT)
    expect(page.locator("#composer-error")).to_contain_text("Cannot reach Oliver")
    expect(page.get_by_label("Your question")).to_have_value(NEXT)
    page.get_by_role("button", name="Regenerate").click()
    expect(page.locator("#composer-error")).to_contain_text("Cannot reach Oliver")
    expect(turns(page)).to_have_count(1)
    page.context.set_offline(False)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(part(page, "response")).to_contain_text("The second.")
