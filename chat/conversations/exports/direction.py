"""Which way a text is read."""

import unicodedata


def is_right_to_left(text: str) -> bool:
    """By its first letter that has a direction, as browsers tell with ``dir="auto"``."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
