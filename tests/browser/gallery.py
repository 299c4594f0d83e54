"""Pictures of every page, light, dark and on a phone: ``python -m tests.browser.gallery``.

Writes docs/images/pages/*.jpg and docs/pages.md, from a running Oliver that quotes its library.
``screenshots`` takes the README's few pictures.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import _ARGUMENTS, chromium
from tests.browser.screenshots import DESKTOP, PHONE, ask, signed_in
from tests.browser.server import ROOT, OliverServer

IMAGES = ROOT / "docs" / "images" / "pages"
LOOKS = (("light", "light", DESKTOP), ("dark", "dark", DESKTOP), ("phone", "light", PHONE))


@dataclass(frozen=True)
class Shot:
    """One picture: its file's name, its caption, and what leads there."""

    name: str
    caption: str
    url: str  # with {conversation}, {turn} and {shared}
    then: Callable[[Page], object] = lambda page: None


def _open_citation(page: Page) -> None:
    page.locator(".part.response a.citation").first.click()
    expect(page.locator("#canvas h2")).to_be_visible()
    page.locator(".part.response").last.scroll_into_view_if_needed()


def _open_artifact(page: Page) -> None:
    page.locator(".part.artifacts a").first.click()
    expect(page.locator("#canvas .canvas-actions")).to_be_visible()


SHOTS = (
    Shot("home", "A new conversation", "/"),
    Shot("answer", "An answer and the passage that it quotes", "{conversation}", _open_citation),
    Shot("canvas", "Something worth keeping, in the canvas", "{conversation}", _open_artifact),
    Shot("search", "Search over all conversations", "/conversations/?find=suspicious"),
    Shot("nothing-found", "A search that finds nothing", "/conversations/?find=zzzz"),
    Shot("rename", "Rename a conversation", "{conversation}rename/"),
    Shot("delete", "Delete a conversation", "{conversation}delete/"),
    Shot("share", "Share a conversation", "{conversation}share/"),
    Shot("shared", "What the reader of a shared link sees", "{shared}"),
    Shot("library", "The reference library", "/library/"),
    Shot("note", "One note", "/library/sar-filing-deadline/"),
    Shot("settings", "Settings", "/settings/"),
    Shot("api", "The API's description", "/api/docs"),
    Shot("not-found", "An address that leads nowhere", "/nothing-here"),
    Shot("admin", "Administration", "/admin/"),
    Shot("admin-conversations", "Reviewing conversations", "/admin/chat/conversation/"),
    Shot("admin-transcript", "A transcript", "/admin/chat/conversation/{pk}/change/"),
    Shot("admin-stats", "Streaming statistics", "/admin/chat/streamstats/"),
)
SIGN_IN = Shot("sign-in", "Sign in", "/accounts/login/")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        OliverServer(Path(tempfile.mkdtemp()), OLIVER_SHARING="1") as server,
        sync_playwright() as api,
    ):
        browser = api.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        places = _prepared(signed_in(browser, server, "light", DESKTOP))
        for look, scheme, size in LOOKS:
            _picture_all(signed_in(browser, server, scheme, size), look, places)
            _picture_sign_in(browser, server, look, scheme, size)
        browser.close()
    _write_index()


def _prepared(page: Page) -> dict[str, str]:
    """The addresses of a conversation with an answer, and of a link that shares it."""
    conversation = ask(page).partition("#")[0]
    page.goto(f"{conversation}share/")
    page.get_by_role("button", name="Make a link").click()
    shared = page.locator("input[readonly], .share-link input").first.input_value()
    pk = conversation.rstrip("/").rpartition("/")[2]
    return {"conversation": conversation, "pk": pk, "shared": shared}


def _picture_all(page: Page, look: str, places: dict[str, str]) -> None:
    for shot in SHOTS:
        page.goto(shot.url.format(**places))
        shot.then(page)
        _picture(page, f"{shot.name}-{look}")


def _picture_sign_in(
    browser: Browser, server: OliverServer, look: str, scheme: str, size: dict[str, int]
) -> None:
    page = signed_in(browser, server, scheme, size)
    page.context.clear_cookies()
    page.goto(SIGN_IN.url)
    _picture(page, f"{SIGN_IN.name}-{look}")


def _picture(page: Page, name: str) -> None:
    page.wait_for_timeout(250)  # for what fades in
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=72)


def _write_index() -> None:
    lines = ["# Every page", "", "Taken by `python -m tests.browser.gallery`.", ""]
    for shot in (SIGN_IN, *SHOTS):
        cells = (f"![{look}](images/pages/{shot.name}-{look}.jpg)" for look, _, _ in LOOKS)
        lines += [f"## {shot.caption}", "", "| light | dark | phone |", "|---|---|---|"]
        lines += [f"| {' | '.join(cells)} |", ""]
    (ROOT / "docs" / "pages.md").write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
