"""Takes screenshots of every page: light, dark and on a phone: ``python -m tests.browser.gallery``.

Writes docs/images/pages/*.jpg and docs/pages.md, from a running Oliver without a language model.
``screenshots`` takes those of the README.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, chromium
from tests.browser.pages import fill
from tests.browser.screenshots import DESKTOP, PHONE, ask, signed_in
from tests.browser.server import ROOT, OliverServer

IMAGES = ROOT / "docs" / "images" / "pages"
LOOKS = (("light", "light", DESKTOP), ("dark", "dark", DESKTOP), ("phone", "light", PHONE))


@dataclass(frozen=True)
class Shot:
    """One screenshot: its file name, its caption and how to get there."""

    name: str
    caption: str
    url: str  # may contain names of _prepared
    then: Callable[[Page], object] = lambda page: None


def _open_citation(page: Page) -> None:
    page.locator(".part.response a.citation").first.click()
    expect(page.locator("#canvas h2")).to_be_visible()
    page.locator(".part.response").last.scroll_into_view_if_needed()


def _open_artifact(page: Page) -> None:
    page.locator(".part.artifacts a").first.click()
    expect(page.locator("#canvas .canvas-actions")).to_be_visible()


def _give_feedback(page: Page) -> None:
    thumb, say_why = (
        page.get_by_role("button", name="Not helpful"),
        page.get_by_role("link", name="Give a reason"),  # after the thumb was pressed
    )
    (say_why if say_why.count() else thumb).click()
    expect(page.get_by_label("A fact is wrong")).to_be_visible()
    page.get_by_label("A fact is wrong").scroll_into_view_if_needed()


def _edit(page: Page) -> None:
    page.get_by_role("link", name="Edit this question").first.click()
    expect(page.locator("[data-edit-form]")).to_be_visible()


def _pick_prompt(page: Page) -> None:
    page.get_by_label("Your question").press("/")
    expect(page.get_by_role("listbox")).to_be_visible()


def _open_shortcuts(page: Page) -> None:
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def _unfold_outline(page: Page) -> None:
    page.locator(".outline summary").first.click()
    page.locator(".outline").first.scroll_into_view_if_needed()


def _wait_for_docs(page: Page) -> None:
    expect(page.get_by_text("/api/chat/stream", exact=True)).to_be_visible()


def _german(page: Page) -> None:
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()


_PASSAGE = "/library/passages/sar-filing-deadline/thirty-days/"
SHOTS = (
    Shot("home", "A new conversation", "/"),
    Shot("answer", "An answer and a passage it quotes", "{conversation}", _open_citation),
    Shot("canvas", "An artifact in the canvas", "{conversation}", _open_artifact),
    Shot("feedback", "Feedback on a second answer", "{conversation}", _give_feedback),
    Shot("edit", "Editing a question; the old branch is kept", "{conversation}", _edit),
    Shot("prompts", "The prompt library", "/prompts/"),
    Shot("prompt-picker", "Typing / opens the prompt library", "/", _pick_prompt),
    Shot("shortcuts", "Typing ? shows the shortcuts", "/library/", _open_shortcuts),
    Shot("long-answer", "A long answer with its outline and code", "{everything}", _unfold_outline),
    Shot("refused", "A question that the library does not cover", "{refused}"),
    Shot("passage", "A passage with its source", _PASSAGE),
    Shot("artifact", "An artifact on its page", "{artifact}"),
    Shot("versions", "Changes between two versions of an artifact", "{diff}"),
    Shot("search", "Search in all conversations", "/conversations/?find=suspicious"),
    Shot("archived", "Archived conversations", "/conversations/?show=archived"),
    Shot("deleted", "Deleted conversations, which can be restored", "/conversations/?show=deleted"),
    Shot("prompt", "A new prompt", "/prompts/new/"),
    Shot("password", "Change password", "/settings/password/"),
    Shot("nothing-found", "A search that finds nothing", "/conversations/?find=zzzz"),
    Shot("rename", "Rename a conversation", "{conversation}rename/"),
    Shot("delete", "Delete a conversation", "{conversation}delete/"),
    Shot("share", "Share a conversation", "{conversation}share/"),
    Shot("shared", "The page of a shared link", "{shared}"),
    Shot("library", "The reference library", "/library/"),
    Shot("note", "A note", "/library/sar-filing-deadline/"),
    Shot("settings", "Settings", "/settings/"),
    Shot("api", "The API documentation", "/api/docs", _wait_for_docs),
    Shot("not-found", "Page not found", "/nothing-here"),
    Shot("admin", "Administration", "/admin/"),
    Shot("admin-conversations", "Reviewing conversations", "/admin/conversations/conversation/"),
    Shot("admin-transcript", "A transcript", "/admin/conversations/conversation/{pk}/change/"),
    Shot("admin-feedback", "Reviewing feedback", "/admin/conversations/feedback/"),
    Shot("admin-words", "Custom status texts", "/admin/conversations/statustext/add/"),
    Shot("admin-stats", "Streaming statistics", "/admin/conversations/streamstats/"),
)
SIGNED_OUT = (
    Shot("sign-in", "Sign in", "/accounts/login/"),
    Shot("sign-in-german", "Sign in, in German", "/accounts/login/", _german),
)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        OliverServer(Path(tempfile.mkdtemp()), OLIVER_SHARING="1") as server,
        sync_playwright() as api,
    ):
        browser = api.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        places = _prepared(signed_in(browser, server, "light", DESKTOP), server)
        for look, scheme, size in LOOKS:
            _picture_all(signed_in(browser, server, scheme, size), look, places)
            _picture_signed_out(browser, server, look, scheme, size)
        browser.close()
    _write_index()


def _prepared(page: Page, server: OliverServer) -> dict[str, str]:
    """Creates conversations, a share link and a prompt; returns the URLs of the shots."""
    conversation = ask(page).partition("#")[0]
    page.get_by_role("button", name="Regenerate").click()
    expect(page.get_by_role("link", name="Previous answer")).to_be_visible()
    expect(page.get_by_role("button", name="Not helpful")).to_be_visible()
    page.goto(f"{conversation}share/")
    page.get_by_role("button", name="Create link").click()
    shared = page.get_by_label("Copy this link now").input_value()
    page.goto("/prompts/new/")
    page.get_by_label("Title").fill("Review a procedure")
    page.get_by_label("Text").fill("Review this procedure of {institution} for gaps: {text}")
    page.get_by_role("button", name="Save").click()
    page.goto("/")
    page.get_by_label("Your question").fill("how do i bake a chocolate cake")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    refused = page.url
    everything, first, second = fill(server)
    return {
        "conversation": conversation,
        "pk": conversation.rstrip("/").rpartition("/")[2],
        "shared": shared,
        "refused": refused,
        "artifact": f"/turns/{first}/artifacts/1/",
        "everything": f"/conversations/{everything}/?turn={first}",
        "diff": f"/turns/{second}/artifacts/1/?since=1",
    }


def _picture_all(page: Page, look: str, places: dict[str, str]) -> None:
    for shot in SHOTS:
        page.goto(shot.url.format(**places))
        shot.then(page)
        _picture(page, f"{shot.name}-{look}")


def _picture_signed_out(
    browser: Browser, server: OliverServer, look: str, scheme: str, size: dict[str, int]
) -> None:
    page = signed_in(browser, server, scheme, size)
    page.context.clear_cookies()
    for shot in SIGNED_OUT:
        page.goto(shot.url)
        shot.then(page)
        _picture(page, f"{shot.name}-{look}")


def _picture(page: Page, name: str) -> None:
    page.wait_for_timeout(250)  # fade-ins
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=60)


def _write_index() -> None:
    lines = ["# Every page", "", "Screenshots taken with `python -m tests.browser.gallery`.", ""]
    for shot in (*SIGNED_OUT, *SHOTS):
        cells = (f"![{look}](images/pages/{shot.name}-{look}.jpg)" for look, _, _ in LOOKS)
        lines += [f"## {shot.caption}", "", "| light | dark | phone |", "|---|---|---|"]
        lines += [f"| {' | '.join(cells)} |", ""]
    (ROOT / "docs" / "pages.md").write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
