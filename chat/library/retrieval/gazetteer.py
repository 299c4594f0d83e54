"""The gazetteer: names of places, authorities and laws, read from ``chat/library/lexicon``.

It knows the world's names, not what the library refuses: whether one is covered is a fact of the
notes (``scope``). Called by ``scope``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chat.library.retrieval.lexicon import rows

_EU_MEMBERS_TEXT = """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK
"""
#: The members of the European Union: its law applies there, beside their own.
EU_MEMBERS = frozenset(_EU_MEMBERS_TEXT.split())

NameKind = Literal["place", "authority"]


@dataclass(frozen=True)
class Name:
    """A name as it stands in a text."""

    said: str
    start: int
    end: int
    jurisdiction: str  # "GB", "US-CA", "EU"; "INT" for standard setters
    kind: NameKind


def names_in(text: str) -> list[Name]:
    """Places and authorities, in order; of two that overlap the longer one."""
    found = [
        Name(match[0], match.start(), match.end(), codes[_key(match[0])], kind)
        for kind, pattern, codes in _tables()
        for match in pattern.finditer(text)
    ]
    found.sort(key=lambda name: (name.start, name.start - name.end))
    return list(_apart(found))


def _apart(names: list[Name]) -> Iterator[Name]:
    end = 0
    for name in names:
        if name.start >= end:
            end = name.end
            yield name


def _key(said: str) -> str:
    return said.lower()


@cache
def _tables() -> tuple[tuple[NameKind, re.Pattern[str], dict[str, str]], ...]:
    return (
        ("place", *_table("places.tsv", "us_places.tsv")),
        ("authority", *_table("authorities.tsv")),
    )


def _table(*files: str) -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {name: code for file in files for code, names in rows(file) for name in names}
    alternatives = sorted(codes, key=len, reverse=True)
    spelled = "|".join(
        re.escape(name) if name != name.lower() else f"(?i:{re.escape(name)})"
        for name in alternatives
    )
    pattern = re.compile(rf"(?<![\w.-])(?:{spelled})(?![\w-])")
    return pattern, {_key(name): code for name, code in codes.items()}
