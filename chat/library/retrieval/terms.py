"""Terms: the unit in which notes and questions are compared.

A term is a stem (``chat.kernel.word_stems``), the short name of an abbreviation written out
("suspicious activity report" -> ``sar``), or a citation ("31 CFR 1020.320(b)" -> ``1020.320``).
Full-text index, statistics and questions all use these functions, so they always agree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TypeVar

from chat.kernel.word_stems import STOP_WORDS, stem, words
from chat.library.retrieval.synonyms import ABBREVIATIONS

#: Consecutive stems, stop words included: ("tell", "the", "custom").
Phrase = tuple[str, ...]
T = TypeVar("T")

_VOWEL = re.compile("[aeiouy]")
_CITATION = re.compile(r"\b\d+\.\d+\b")


def terms(text: str) -> list[str]:
    """All terms with repetitions, without stop words. A long name adds its short one."""
    found = words(text)
    kept = [root(word) for word in found if word not in STOP_WORDS]
    short = [name for _, _, name in spans(phrase(text), short_names())]
    return kept + short + citations(text)


def citations(text: str) -> list[str]:
    """Section numbers such as ``1020.320``, which ``words`` cuts in two."""
    return _CITATION.findall(text)


def phrase(text: str) -> Phrase:
    return tuple(root(word) for word in words(text))


@cache
def root(word: str) -> str:
    """The stem, also of plurals that the stemmer leaves alone: "ctrs", "gtos"."""
    singular = word.removesuffix("s")
    if singular != word and (singular in ABBREVIATIONS or not _VOWEL.search(word)):
        return stem(singular)
    return stem(word)


def spans(stems: Sequence[str], phrases: Mapping[Phrase, T]) -> Iterator[tuple[int, int, T]]:
    """(start, end, meaning) of the phrases found: leftmost, longest, not overlapping."""
    longest = max(map(len, phrases), default=0)
    at = 0
    while at < len(stems):
        sizes = range(min(longest, len(stems) - at), 0, -1)
        size = next((n for n in sizes if tuple(stems[at : at + n]) in phrases), 0)
        if size:
            yield at, at + size, phrases[tuple(stems[at : at + size])]
        at += size or 1


@cache
def short_names() -> dict[Phrase, str]:
    """{("suspici", "activ", "report"): "sar"}"""
    return {phrase(long): stem(short) for short, longs in ABBREVIATIONS.items() for long in longs}
