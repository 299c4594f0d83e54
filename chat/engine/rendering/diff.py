"""A line diff of two texts, with the changed words within each line.

For the canvas. Unchanged lines are left out, except for a few around each change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

#: Unchanged lines around a change.
_CONTEXT_LINES = 2
#: Longer texts are not compared: the time grows with the square of repeated lines.
MOST_LINES, _MOST_WORDS = 3_000, 300
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; ``changed`` pieces are missing from the other text."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or a gap of ``count`` unchanged lines."""

    kind: Literal["same", "removed", "added", "gap"]
    parts: tuple[Part, ...] = ()
    count: int = 0


def diff_lines(old: str, new: str) -> list[Line] | None:
    """The lines to show; [] when nothing changed, None when a text is too long."""
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > MOST_LINES:
        return None
    opcodes = SequenceMatcher(None, before, after).get_opcodes()
    if all(tag == "equal" for tag, *_ in opcodes):
        return []
    return [
        line
        for at, (tag, i1, i2, j1, j2) in enumerate(opcodes)
        for line in (
            _unchanged(before[i1:i2], first=at == 0, last=at == len(opcodes) - 1)
            if tag == "equal"
            else _changed(before[i1:i2], after[j1:j2])
        )
    ]


def _unchanged(lines: list[str], *, first: bool, last: bool) -> Iterator[Line]:
    head = 0 if first else _CONTEXT_LINES
    tail = 0 if last else _CONTEXT_LINES
    hidden = len(lines) - head - tail
    if hidden <= 1:  # a gap of one line would be as long as the line
        yield from (Line("same", (Part(line),)) for line in lines)
        return
    yield from (Line("same", (Part(line),)) for line in lines[:head])
    yield Line("gap", count=hidden)
    yield from (Line("same", (Part(line),)) for line in lines[len(lines) - tail :])


def _changed(removed: list[str], added: list[str]) -> Iterator[Line]:
    """Paired lines mark their changed words; the others are marked as a whole."""
    pairs = [_by_words(old, new) for old, new in zip(removed, added, strict=False)]
    yield from (Line("removed", old) for old, _ in pairs)
    yield from (Line("removed", (Part(line, True),)) for line in removed[len(pairs) :])
    yield from (Line("added", new) for _, new in pairs)
    yield from (Line("added", (Part(line, True),)) for line in added[len(pairs) :])


def _by_words(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    whole = (Part(old, True),), (Part(new, True),)
    if max(len(before), len(after)) > _MOST_WORDS:
        return whole
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:  # little in common: marking single words would confuse
        return whole
    codes = matcher.get_opcodes()
    return (
        tuple(
            Part("".join(before[i1:i2]), tag != "equal") for tag, i1, i2, _, _ in codes if i2 > i1
        ),
        tuple(
            Part("".join(after[j1:j2]), tag != "equal") for tag, _, _, j1, j2 in codes if j2 > j1
        ),
    )
