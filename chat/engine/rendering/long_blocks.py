"""Cuts a block that does not end, so that a frame never renders more than a few kilobytes.

A growing block is rendered again for each frame, on the event loop of all streams. Few real answers
reach these bounds, except with tables and code: a table continues with its head repeated; code is
cheap to render and stays whole. A cut depends only on the text before it, so a text is cut the same
way whether it streams or is complete.
"""

import re
from dataclasses import dataclass

_MOST_LINES, _MOST_CHARS = 150, 8_000

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\n]*\n)|~{3,})[^\n]*\n")
_ITEM = re.compile(r"^(?:[-*+]|\d{1,9}[.)])[ \t]", re.M)
_TABLE_HEAD = re.compile(r"[^\n]*\|[^\n]*\n *\|?[-:| \t]*-[-:| \t]*\n")


@dataclass(frozen=True, slots=True)
class Cut:
    """``end``: length of the finished piece; ``head`` is put before the next one."""

    end: int
    head: str = ""


def too_long_at(text: str) -> int:
    """End of a first part that reaches the bounds, at a line end if possible; otherwise 0."""
    end, lines = 0, 0
    while lines < _MOST_LINES and (newline := text.find("\n", end, _MOST_CHARS)) >= 0:
        end, lines = newline + 1, lines + 1
    if lines == _MOST_LINES or (len(text) >= _MOST_CHARS and end):
        return end
    if len(text) < _MOST_CHARS:
        return 0
    return text.rfind(" ", 0, _MOST_CHARS) + 1 or _MOST_CHARS


def cut_of_one_block(text: str, end: int) -> Cut | None:
    """The cut of a text whose first ``end`` characters are one block; None: not yet."""
    if fence := _FENCE.match(text, 0, end):
        return _cut_of_code(text, fence)
    if head := _TABLE_HEAD.match(text, 0, end):
        return Cut(end, head=head[0])
    items = [item.start() for item in _ITEM.finditer(text, 1, end)]
    return Cut(items[-1] if items else end)


def _cut_of_code(text: str, fence: re.Match[str]) -> Cut | None:
    closing = re.compile(rf"^ {{0,3}}{re.escape(fence[1])}[`~]*[ \t]*\n", re.M)
    found = closing.search(text, fence.end())
    return Cut(found.end()) if found else None
