"""Takes the README's screenshots from a running Oliver: ``python -m tests.browser.screenshots``."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, chromium
from tests.browser.server import ADMIN_PASSWORD, ROOT, OliverServer

IMAGES = ROOT / "docs" / "images"
QUESTION = "how long do we have to report a suspicious transaction?"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with (
        OliverServer(Path(tempfile.mkdtemp())) as server,
        sync_playwright() as api,
    ):
        browser = api.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        url = ask(signed_in(browser, server, "light", DESKTOP))
        for name, scheme, size in (
            ("answer-light", "light", DESKTOP),
            ("answer-dark", "dark", DESKTOP),
            ("answer-phone", "light", PHONE),
        ):
            page = signed_in(browser, server, scheme, size)
            page.goto(url)
            page.locator(".part.response").scroll_into_view_if_needed()
            if size is DESKTOP:
                page.locator(".part.response a.citation").first.click()
                expect(page.locator("#canvas")).to_be_visible()
            page.locator(".part.findings").evaluate("e => e.scrollIntoView()")
            page.wait_for_timeout(300)
            page.screenshot(path=IMAGES / f"{name}.png")
        page = signed_in(browser, server, "light", DESKTOP)
        page.goto("/admin/conversations/streamstats/")
        page.screenshot(path=IMAGES / "admin-stats.png")
        browser.close()


def signed_in(browser: Browser, server: OliverServer, scheme: str, size: dict[str, int]) -> Page:
    context = browser.new_context(
        base_url=server.url,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=2 if size is PHONE else 1,
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def ask(page: Page) -> str:
    page.locator(".types label", has_text="Compliance").click()
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Answer complete", timeout=30_000)
    return page.url


if __name__ == "__main__":
    main()
