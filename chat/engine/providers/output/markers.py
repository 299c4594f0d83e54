"""Recognises lines that open a field: markers, or headings.

[[ ## response ## ]] Thirty days.
**[[ ## Response ## ]]**
## Response
**Response:** Thirty days.
"""

import re
from collections.abc import Collection
from typing import Literal, NamedTuple

#: Ends the output. Models write it as a field.
COMPLETED = "completed"
#: Longest possible marker or heading, so no line waits longer for a decision.
LONGEST = 80

_MARKER = re.compile(
    r"\s*(?P<lead>(?:#{1,6}[ \t]*)?(?:\*\*|__|[*_`])?)"
    r"\[\[[ \t]*#{1,4}[ \t]*(?P<name>\w+)[ \t]*#{1,4}[ \t]*\]\]"
)
_DECORATION = " \t#*_`"
_TAIL = re.compile(r"[*_`]*:?[*_`]*[ \t]*")


class Opening(NamedTuple):
    """A line that names a field (in lower case), and where its own text begins."""

    name: str
    end: int


#: "wait": more text may still make the line one.
Found = Opening | Literal["wait"] | None


def opening_in(line: str, headings: Collection[str], *, ended: bool) -> Found:
    """The marker, or the heading that is one of ``headings``, at the beginning of ``line``."""
    found = marker_in(line, ended=ended)
    return heading_in(line, headings, ended=ended) if found is None and headings else found


def marker_in(line: str, *, ended: bool) -> Found:
    """The marker at the start of ``line``. ``ended``: no more text will follow in it."""
    bare = line.lstrip(_DECORATION)
    if bare and not bare.startswith("[["[: len(bare)]):
        return None
    undecided = not ended and len(line) < LONGEST
    match = _MARKER.match(line[:LONGEST])
    if match is None:
        return "wait" if undecided and "]]" not in bare else None
    if not match["lead"]:
        return Opening(match["name"].casefold(), match.end())
    if undecided:
        return "wait"  # its closing decoration may still come
    tail = _TAIL.match(line, match.end())
    return Opening(match["name"].casefold(), tail.end() if tail else match.end())


def heading_in(line: str, names: Collection[str], *, ended: bool) -> Found:
    """A heading that is only a field's name: ``## Response``, ``**Response:** …``."""
    head = line[:LONGEST]
    whole = ended and len(line) < LONGEST
    bare = head.lstrip(_DECORATION).casefold()
    if bare and not any(name.startswith(bare) or bare.startswith(name) for name in names):
        return None
    if not whole and len(line) < LONGEST:
        return "wait"
    name = "|".join(map(re.escape, names))
    titled = rf"\s*#{{1,6}}[ \t]*(?:\*\*|__)?({name}):?(?:\*\*|__)?:?[ \t]*"
    bold = rf"\s*(?:\*\*|__)({name})(?:\*\*|__)[ \t]*"
    labelled = rf"\s*(?:\*\*|__)?({name})(?:\*\*|__)?:(?:\*\*|__)?[ \t]*"
    match = re.match(labelled, head, re.IGNORECASE)
    if whole and not match:
        match = re.fullmatch(f"(?:{titled}|{bold})", head, re.IGNORECASE)
    if match is None:
        return None
    return Opening(next(filter(None, match.groups())).casefold(), match.end())
