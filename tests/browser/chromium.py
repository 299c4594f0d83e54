"""The Chromium of this machine, if it has one."""

import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WITHOUT_SCRIPTS = ["--blink-settings=scriptEnabled=false"]
HOW_TO_GET_IT = (
    "The browser tests were skipped: no Chromium was found. Install one (Debian: "
    "`apt-get install chromium`) and run `make test` again."
)


def chromium() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def launch(api: "Playwright", *arguments: str, **options: Any) -> "Browser":
    """One, with Playwright's options."""
    return api.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, *arguments], **options)
