"""Asking on the page and finding the answer, also one whose model stands still in its middle."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.provider_thread import Gate, ProviderThread
from tests.support.provider_stand_in import Says, chat_output

QUESTION = "how long do we have to report a suspicious transaction"
_LONG = " ".join(f"word{n}" for n in range(300))
OUTPUT = chat_output(response=f"# First\n\nBegin here.\n\n{_LONG}\n\n- one\n- two\n\nThe end.")
HALF = OUTPUT.index("word150")
#: Among the last words before ``HALF``.
SO_FAR = "word140"


def part(page: Page, name: str) -> Locator:
    """A part of the newest answer: response, findings, artifacts, …"""
    return page.locator(f".turn .part.{name}").last


def answer(page: Page) -> Locator:
    return part(page, "response")


def ask(page: Page, question: str, kind: str = "General") -> None:
    page.locator(".types label", has_text=kind).click()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def half_told(page: Page, provider: ProviderThread) -> Gate:
    """Ask, and read the first half of the answer; the second comes once the gate opens."""
    gate = provider.gate()
    provider.plays(Says(OUTPUT, gate=gate, gate_at=HALF))
    ask(page, QUESTION)
    expect(answer(page)).to_contain_text(SO_FAR)
    return gate
