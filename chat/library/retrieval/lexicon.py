"""The lexicon: word lists in ``chat/library/lexicon``, each file saying what it is for.

``rows`` reads tables with a tab, ``lines`` the rest. "#" begins a comment.
"""

from collections.abc import Iterator
from pathlib import Path

LEXICON_DIR = Path(__file__).resolve().parent.parent / "lexicon"


def lines(file: str) -> Iterator[str]:
    for line in (LEXICON_DIR / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def rows(file: str) -> Iterator[tuple[str, list[str]]]:
    """(first column, the comma-separated values of the second)."""
    for line in lines(file):
        first, _, values = line.partition("\t")
        yield first, [value.strip() for value in values.split(",")]
