"""Quotes in a paragraph, in the marks of any language.

    "so"  “so”  „so“  ”so”  «so»  »so«  ‹so›  ‘so’  'so'  ‚so‘  「so」  『so』

Marks of one kind (all double ones, say) may be paired, as writers mix them. An apostrophe is not a
mark: ``the customer's``. Linear time.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

_FAMILIES = ('"“”„‟＂', "'‘’‚‛", "«»", "‹›", "「」", "『』")
_FAMILY = {mark: number for number, marks in enumerate(_FAMILIES) for mark in marks}
_SINGLE = _FAMILY["'"]
_MARK = re.compile(f"[{''.join(_FAMILIES)}]")
_ONLY_OPEN, _ONLY_CLOSE = "„‟‚‛「『", "’」』"
_GUILLEMETS = "«»‹›"
#: Punctuation and space allowed between a quote and its marker. No cell border.
GAP = re.compile(r"(?:[^\w\[\]|'‘’“”„«»「」『』【】\"]|_)*")
_SHORT_GAP = re.compile(r"[\s.,;:*_(—–-]{0,20}")


@dataclass(frozen=True, slots=True)
class Quote:
    """``text[start:end]``: the words without the marks around them."""

    start: int
    end: int


def find_quotes(text: str, marker_starts: Container[int] = ()) -> list[Quote]:
    """The outermost quotes, in order.

    An apostrophe may end a word or a quote (``'the banks' duty'``). It ends the quote if no other
    one comes directly before a marker.
    """
    outermost: list[Quote] = []
    for quote in sorted(_pairs(text, marker_starts), key=lambda quote: (quote.start, -quote.end)):
        if not outermost or quote.start > outermost[-1].end:
            outermost.append(quote)
    return outermost


def _pairs(text: str, marker_starts: Container[int]) -> Iterator[Quote]:
    opened: list[list[int]] = [[] for _ in _FAMILIES]
    single: int | None = None  # where the last single quote began; it may continue
    for found in _MARK.finditer(text):
        at, family = found.start(), _FAMILY[found[0]]
        if family == _SINGLE and _is_apostrophe(text, at):
            continue
        stack = opened[family]
        if _opens(text, at, text[stack[-1]] if stack else ""):
            stack.append(at)
        elif stack:
            start = stack.pop()
            single = start if family == _SINGLE else single
            yield Quote(start + 1, at)
        elif family == _SINGLE and single is not None and _is_before(text, at, marker_starts):
            yield Quote(single + 1, at)


def _is_apostrophe(text: str, at: int) -> bool:
    return text[at] in "'’" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()


def _is_before(text: str, at: int, marker_starts: Container[int]) -> bool:
    gap = _SHORT_GAP.match(text, at + 1)
    return gap is not None and (gap.end() in marker_starts or gap.end() - 1 in marker_starts)


def _opens(text: str, at: int, open_mark: str) -> bool:
    """``open_mark``: the last opening mark of the same kind."""
    mark = text[at]
    if mark in _ONLY_OPEN or mark in _ONLY_CLOSE:
        return mark in _ONLY_OPEN
    if mark in "“‘":
        return open_mark == "" or open_mark not in "„‟‚‛"
    if mark in _GUILLEMETS:
        return open_mark == "" or (open_mark == mark and text[at - 1 : at].isspace())
    if mark == "”":
        return open_mark == "" and _is_at_left(text, at)
    return _is_at_left(text, at)


def _is_at_left(text: str, at: int) -> bool:
    """Straight marks look the same on both sides; the neighbours tell whether a word begins."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not after or after.isspace():
        return False
    if before in "*_" and before:  # emphasis may be on either side of a quote
        return after.isalnum() or after in "$("
    return not before or before.isspace() or before in "([{“\"'‘-–—/:|>"
