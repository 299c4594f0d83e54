"""A language that nobody speaks: every text that is translated stands in brackets, ⟦so⟧.

What a page shows outside brackets was never marked for translation. ``speaking_pseudo`` switches it
on; ``unmarked`` reads a page. What belongs to people or to the law is left out: elements with a
``lang`` of their own, code, and whatever has no letters (tests give their data in digits).
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from selectolax.lexbor import LexborHTMLParser, LexborNode

_FUNCTIONS = ("gettext", "ngettext", "pgettext", "npgettext")
_SILENT = ("script", "style", "code", "template", "noscript", "textarea", "svg")
#: Attributes that people read or hear. Sentences in data attributes are shown by scripts.
_SPOKEN = re.compile(r"title|placeholder|alt|aria-label|aria-description")
_ADDRESS = re.compile(r"https?://\S+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
#: Names are the same everywhere.
NAMES = {"Oliver", "Markdown", "Word", "PDF", "JSON", "UTC", "Deutsch", "English", "API", "ms"}


def speaking_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _FUNCTIONS:
        real = getattr(translation._trans, name)  # type: ignore[attr-defined]
        monkeypatch.setattr(translation._trans, name, _bracketing(real))  # type: ignore[attr-defined]


def _bracketing(real: Any) -> Any:
    def translate(*args: Any) -> Any:
        said = real(*args)
        return type(said)(f"⟦{said}⟧") if said.strip() else said

    return translate


def unmarked(html: str) -> list[str]:
    """The texts of a page that no translator ever sees."""
    root = LexborHTMLParser(html).root
    return [] if root is None else list(_Reader().read(root))


class _Reader:
    """A translation may hold elements, so brackets are counted from text to text."""

    def __init__(self) -> None:
        self._depth = 0

    def read(self, node: LexborNode) -> Iterator[str]:
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                yield from self._text(child.text(deep=False))
            elif child.tag not in _SILENT and not self._is_quoted(child):
                yield from _attributes(child)
                yield from self.read(child)

    @staticmethod
    def _is_quoted(node: LexborNode) -> bool:
        return node.tag != "html" and "lang" in node.attributes

    def _text(self, text: str) -> Iterator[str]:
        outside = ""
        for sign in text:
            self._depth += (sign == "⟦") - (sign == "⟧")
            outside += sign if not self._depth else " "
        yield from _words(outside, text)


def _attributes(node: LexborNode) -> Iterator[str]:
    for name, value in node.attributes.items():
        is_button = node.tag == "input" and name == "value"
        if is_button and node.attributes.get("type") not in ("submit", "button", "reset"):
            continue
        is_said = (
            name.startswith("data-") and " " in (value or "") and name != "data-inline-formset"
        )
        if value and (is_button or is_said or _SPOKEN.fullmatch(name)):
            yield from _words(_without_brackets(value), value)


def _without_brackets(text: str) -> str:
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    return text


def _words(outside: str, whole: str) -> Iterator[str]:
    outside = _ADDRESS.sub(" ", outside)
    if any(word not in NAMES for word in _LETTERS.findall(outside)):
        yield " ".join(whole.split())
