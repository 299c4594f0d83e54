"""Browsers by the names that their owners know."""

import pytest

from chat.accounts.user_agent import device_name

_MOZILLA = "Mozilla/5.0"
_KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{_MOZILLA} (X11; Linux x86_64) {_KHTML} Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        (
            f"{_MOZILLA} (Windows NT 10.0) {_KHTML} Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            f"{_MOZILLA} (Linux; Android 15; Pixel 9) {_KHTML} Chrome/140.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            f"{_MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"{_MOZILLA} (Macintosh; Intel Mac OS X 10_15) Firefox/140.0", "Firefox on macOS"),
        ("", "Unknown browser"),
        ("<script>hit(1)</script>", "Unknown browser"),
    ],
)
def test_a_browser_is_called_as_its_owner_calls_it(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
