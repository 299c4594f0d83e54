"""Removes characters that a database or a file format cannot store.

A model may write half a surrogate pair (an emoji cut in two, ``\\ud83d`` in its JSON), NUL or
other control characters. UTF-8 cannot encode the first, PostgreSQL rejects the second, Word files
the rest. ``chat.kernel.chunks`` cleans every chunk.
"""

import re

#: All but tab, line feed and carriage return.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Drops control characters and joins surrogate halves; a lone half becomes U+FFFD."""
    if _UNSTORABLE.search(text) is None:
        return text
    text = _CONTROL.sub("", text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean_json(value: object) -> object:
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_json(key): clean_json(item) for key, item in value.items()}
        case list():
            return [clean_json(item) for item in value]
        case _:
            return value


class PairJoiner:
    """Cleans text that arrives in pieces: a surrogate pair may be split between two of them."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        """The cleaned text so far; the first half of a pair waits for the second."""
        text = self._half + piece
        if _UNSTORABLE.search(text) is None:
            return text
        text = _CONTROL.sub("", text)
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return clean_text(text[: len(text) - len(self._half)])
