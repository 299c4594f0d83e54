"""Rules for a passage's prose, from docs/library.md: Oliver quotes it sentence by sentence.

Each rule yields its problems as phrases. Called by ``note_files`` for every section.
"""

import re
from collections.abc import Iterator

#: docs/library.md says 30 to 110; some tolerance spares editors a fight over one word.
_FEWEST_WORDS, _MOST_WORDS = 25, 120

_UNCLEAR_START = re.compile(
    r"(?:^(?:- )?|[.!?]\s+)((?:It|They|This|These|Such)\b[^.!?]{0,40})", re.M
)
_MARKUP = {
    "bold or italics": re.compile(r"\*|\b__|__\b"),
    "code": re.compile(r"`"),
    "a link": re.compile(r"\]\(|https?://|<[a-z/]"),
    "a table": re.compile(r"^\s*\|", re.M),
    "a heading inside a passage": re.compile(r"^#", re.M),
    "a quotation mark": re.compile(r"^>", re.M),
    "a list that is not “- ” lines": re.compile(r"^(?:\+|\d+[.)])\s", re.M),
}


def section_problems(text: str) -> Iterator[str]:
    """``text`` has one line per paragraph or list item."""
    yield from _length(text)
    yield from _sentences_that_lean(text)
    yield from _unfinished_lines(text)
    yield from (f"holds {name}" for name, pattern in _MARKUP.items() if pattern.search(text))


def _length(text: str) -> Iterator[str]:
    count = len(text.replace("- ", " ").split())
    if not _FEWEST_WORDS <= count <= _MOST_WORDS:
        yield f"a passage has 30 to 110 words, this one {count}"


def _sentences_that_lean(text: str) -> Iterator[str]:
    for found in _UNCLEAR_START.finditer(text):
        yield f"a sentence must name its subject: “{found[1]}…”"


def _unfinished_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.endswith((".", "?", "!", ".)", ".”", '."')):
            yield f"each paragraph and item is full sentences: “…{line[-40:]}”"
