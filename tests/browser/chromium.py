"""The Chromium of this machine, if it has one."""

import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW_TO_GET_IT = (
    "The browser tests were skipped: no Chromium was found. Install one (Debian: "
    "`apt-get install chromium`) and run `make test` again."
)


def chromium() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)
