"""Citation markers: ``[sar-filing-deadline#due]``, and the variants that models write.

    [a#b]   [a#b, c#d]   [a#b; c#d]                                  in order
    (a#b)   【a#b】   [Source: a#b]   [A#B]   [a#b#c]   a#b            odd: meant as a citation
    [31 CFR 1020.320]   [Source: FFIEC manual]                       odd, and no passage at all

Odd markers are found so that their quotes are checked and readers can open the passage, but they
count as unverified. Every pattern is bounded, so the search takes linear time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ID = r"[a-z0-9-]+#[a-z0-9-]+"
_ODD_ID = r"[A-Za-z0-9-]{1,100}(?:#[A-Za-z0-9-]{1,100}){1,4}"
_BARE_ID = r"[A-Za-z][A-Za-z0-9-]{0,99}(?:#[A-Za-z][A-Za-z0-9-]{0,99}){1,4}"
_AND = r"[ ]{0,3}(?:[,;&|/]|and|und)[ ]{0,3}"
_LABEL = (
    r"(?:(?:sources?|see|refs?|references?|passages?|ids?|cf\.?|quellen?|siehe)[ ]{0,2}:?[ ]{0,2})"
)
_SOURCE = r"(?:sources?|refs?|references?|quellen?)[ ]{0,2}:[^\[\]【】\n]{1,100}"
_LAW = (
    r"§{0,2}[ ]?\d{1,3}[ ](?:CFR|C\.F\.R\.|USC|U\.S\.C\.|Fed\.[ ]?Reg\.|FR)[ ][^\[\]【】\n]{1,80}"
)

#: One well-formed citation.
MARKER = re.compile(rf"\[({_ID})\]")
_IDS_IN_ORDER = rf"{_ID}(?:[ ]{{0,3}}[,;][ ]{{0,3}}{_ID}){{0,20}}"
_ODD_LIST = rf"[ ]{{0,3}}(?i:{_LABEL})?{_ODD_ID}(?:{_AND}{_ODD_ID}){{0,20}}[ ]{{0,3}}"
#: Starts with one of a few characters, which keeps the search fast.
_BRACKETED = re.compile(
    rf"[\[【(](?:(?P<in_order>(?<=\[){_IDS_IN_ORDER}\])"
    rf"|(?P<odd>(?<=\[){_ODD_LIST}\]|(?<=【){_ODD_LIST}】|(?<=\(){_ODD_LIST}\))"
    rf"|(?P<unknown>(?<=\[)(?:(?i:{_SOURCE})|{_LAW})\](?![(\[])|(?<=【)(?:(?i:{_SOURCE})|{_LAW})】))"
)
_BARE = re.compile(rf"{_BARE_ID}(?![\w#/])")
_ID_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
#: After these an id is part of something else: an address, an anchor, an open bracket.
_NOT_BEFORE_BARE = frozenset("#/.@&=?%+~[【_")
_SPLIT_ID = re.compile(_ODD_ID)


@dataclass(frozen=True, slots=True)
class Marker:
    """Ids named at ``text[start:end]``, one for each chip."""

    passage_ids: tuple[str, ...]
    start: int
    end: int
    is_odd: bool = False


def find_markers(text: str) -> list[Marker]:
    """All unescaped markers, in order. ``text`` is without code."""
    markers, done = list[Marker](), 0
    for found in _BRACKETED.finditer(text):
        markers += _bare_markers(text, done, found.start())
        if not is_escaped(text, found.start()):
            markers.append(_marker(found))
        done = found.end()
    return markers + _bare_markers(text, done, len(text))


def marker_at(text: str, start: int) -> Marker | None:
    found = _BRACKETED.match(text, start)
    return _marker(found) if found else None


def without_markers(text: str) -> str:
    parts, done = list[str](), 0
    for marker in find_markers(text):
        parts.append(text[done : marker.start])
        done = marker.end
    return "".join(parts) + text[done:]


def _bare_markers(text: str, start: int, end: int) -> list[Marker]:
    markers = list[Marker]()
    at = text.find("#", start, end)
    while at != -1:
        before = text[max(start, at - 100) : at]
        first = at - len(before) + len(before.rstrip(_ID_SIGNS))
        found = _BARE.match(text, first, end)
        if found and not _is_part(text, first):
            markers.append(_marker(found))
        at = text.find("#", found.end() if found else at + 1, end)
    return markers


def _is_part(text: str, start: int) -> bool:
    before = text[start - 1 : start] if start else ""
    return before.isalnum() or before in _NOT_BEFORE_BARE


def is_escaped(text: str, start: int) -> bool:
    r"""``\[x#y]`` is text; ``\\[x#y]`` is a backslash and a marker."""
    first = start
    while first > 0 and text[first - 1] == "\\":
        first -= 1
    return (start - first) % 2 == 1


def _marker(found: re.Match[str]) -> Marker:
    ids = _ids(found)
    return Marker(tuple(dict.fromkeys(ids)), *found.span(), is_odd=found.lastgroup != "in_order")


def _ids(found: re.Match[str]) -> Sequence[str]:
    if found.lastgroup == "unknown":
        return [found[0][1:-1].strip()]
    return [each for written in _SPLIT_ID.findall(found[0]) for each in _split(written.lower())]


def _split(written: str) -> list[str]:
    """``sar#due#form`` -> ``sar#due``, ``sar#form``."""
    slug, *anchors = written.split("#")
    return [f"{slug}#{anchor}" for anchor in anchors]
