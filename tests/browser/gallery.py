"""Pictures of every page, light, dark and on a phone: ``python -m tests.browser.gallery``.

Writes docs/images/pages/*.jpg and docs/pages.md, from a running Oliver that quotes its library.
``screenshots`` takes the README's few pictures.
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
    """One picture: its file's name, its caption, and what leads there."""

    name: str
    caption: str
    url: str  # may hold names of _prepared
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
        page.get_by_role("link", name="Give a reason"),  # once the thumb was pressed
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


def _read_the_description(page: Page) -> None:
    expect(page.get_by_text("/api/chat/stream", exact=True)).to_be_visible()


def _german(page: Page) -> None:
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()


_PASSAGE = "/library/passages/sar-filing-deadline/thirty-days/"
SHOTS = (
    Shot("home", "A new conversation", "/"),
    Shot("answer", "An answer and the passage that it quotes", "{conversation}", _open_citation),
    Shot("canvas", "Something worth keeping, in the canvas", "{conversation}", _open_artifact),
    Shot(
        "feedback", "A second answer, and what was wrong with it", "{conversation}", _give_feedback
    ),
    Shot("edit", "Edit a question; the old path is kept", "{conversation}", _edit),
    Shot("prompts", "Prompts to ask with again", "/prompts/"),
    Shot("prompt-picker", "/ opens the prompts in the composer", "/", _pick_prompt),
    Shot("shortcuts", "? opens the sheet of shortcuts", "/library/", _open_shortcuts),
    Shot("long-answer", "A long answer's contents, and code", "{everything}", _unfold_outline),
    Shot("refused", "What the library does not cover is refused", "{refused}"),
    Shot("passage", "One passage, with its source", _PASSAGE),
    Shot("artifact", "An artifact by itself", "{artifact}"),
    Shot("versions", "What changed since an artifact's first version", "{diff}"),
    Shot("search", "Search over all conversations", "/conversations/?find=suspicious"),
    Shot("archived", "Archived conversations", "/conversations/?show=archived"),
    Shot("deleted", "Deleted conversations, to restore", "/conversations/?show=deleted"),
    Shot("prompt", "Write a prompt", "/prompts/new/"),
    Shot("password", "Change password", "/settings/password/"),
    Shot("nothing-found", "A search that finds nothing", "/conversations/?find=zzzz"),
    Shot("rename", "Rename a conversation", "{conversation}rename/"),
    Shot("delete", "Delete a conversation", "{conversation}delete/"),
    Shot("share", "Share a conversation", "{conversation}share/"),
    Shot("shared", "What the reader of a shared link sees", "{shared}"),
    Shot("library", "The reference library", "/library/"),
    Shot("note", "One note", "/library/sar-filing-deadline/"),
    Shot("settings", "Settings", "/settings/"),
    Shot("api", "The API's description", "/api/docs", _read_the_description),
    Shot("not-found", "An address that leads nowhere", "/nothing-here"),
    Shot("admin", "Administration", "/admin/"),
    Shot("admin-conversations", "Reviewing conversations", "/admin/conversations/conversation/"),
    Shot("admin-transcript", "A transcript", "/admin/conversations/conversation/{pk}/change/"),
    Shot("admin-feedback", "Feedback, for reviewers", "/admin/conversations/feedback/"),
    Shot(
        "admin-words", "Words for the stages of an answer", "/admin/conversations/statustext/add/"
    ),
    Shot("admin-stats", "Streaming statistics", "/admin/conversations/streamstats/"),
)
SIGNED_OUT = (
    Shot("sign-in", "Sign in", "/accounts/login/"),
    Shot("sign-in-german", "The same in German", "/accounts/login/", _german),
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
    """The addresses that the shots lead to; there is a conversation, a link to it and a prompt."""
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
    page.wait_for_timeout(250)  # for what fades in
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=72)


def _write_index() -> None:
    lines = ["# Every page", "", "Taken by `python -m tests.browser.gallery`.", ""]
    for shot in (*SIGNED_OUT, *SHOTS):
        cells = (f"![{look}](images/pages/{shot.name}-{look}.jpg)" for look, _, _ in LOOKS)
        lines += [f"## {shot.caption}", "", "| light | dark | phone |", "|---|---|---|"]
        lines += [f"| {' | '.join(cells)} |", ""]
    (ROOT / "docs" / "pages.md").write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
