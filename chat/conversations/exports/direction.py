"""Detects whether a text runs from right to left."""

import unicodedata


def is_right_to_left(text: str) -> bool:
    """Decided by the first character with a direction, like ``dir="auto"`` in browsers."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
