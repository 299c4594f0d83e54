"""Synonyms that widen a question to the library's wording. Read by ``question`` and ``terms``.

- ``ABBREVIATIONS``: short and long names, treated alike in notes and questions.
- ``families``: words of one root that the stemmer does not merge ("own", "owner").
- ``alike``: interchangeable words.
- ``sayings``: everyday speech for the terms of the rules.

Words are looked up by stem, so "wires" and "wired" need no entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chat.library.retrieval.lexicon import lines, rows

#: Short name: long names. A long name counts as the short one wherever it occurs.
ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    short: tuple(longs) for short, longs in rows("abbreviations.tsv")
}


@dataclass(frozen=True)
class Saying:
    """An everyday phrase and one thing it may mean, unstemmed."""

    said: str
    meant: str
    loose: bool = False


def families() -> Iterator[list[str]]:
    yield from (line.split() for line in lines("families.txt"))


def alike() -> Iterator[list[str]]:
    """Groups of interchangeable words."""
    yield from (line.split() for line in lines("alike.txt"))


def sayings() -> Iterator[Saying]:
    for meanings, phrases in rows("sayings.tsv"):
        for meant in meanings.split(","):
            word = meant.strip()
            for said in phrases:
                yield Saying(said, word.removesuffix("~"), loose=word.endswith("~"))
