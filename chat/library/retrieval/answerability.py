"""Answerability: whether the best-ranked note answers the question at all.

A search always finds something, and neither its score nor likeness in meaning separates by itself
what the library answers from the rest. The evidence adds both, words of the library's field and
words in note titles, and subtracts for words that no note has. The weights were fitted by logistic
regression on the development questions of tests/evaluation and those of tests/library/retrieval.
Called by ``search``.
"""

from collections.abc import Sequence

from chat.library.retrieval.domain_words import (
    is_abbreviation,
    names_of_field,
)
from chat.library.retrieval.fusion import Fused
from chat.library.retrieval.index import LibraryIndex
from chat.library.retrieval.question import Concept
from chat.library.retrieval.ranking import RankedNote

_SCORE, _FIELD_WORD, _TITLE_WORD = 0.56, 1.2, 0.68
#: A long question scores high without being about anything here.
_WORD, _UNKNOWN_WORD = -1.0, -0.7
#: Likeness of the first passage, counted from that of questions which the library just answers.
_LIKENESS, _LIKE_ENOUGH = 21.4, 0.81
_ENOUGH = 6.0
#: Short questions ("gdpr", "sar deadline") score low, so every word must match instead.
_SHORT, _ALL = 3, 0.99
_FIRM = 0.7  # below this weight, a synonym is only a loose link
_SAID_OTHERWISE = 0.5
_TELLING = 1.4  # the rarity of a term found in a quarter of the notes


def is_answerable(
    asked: Sequence[Concept], best: RankedNote, passages: Sequence[Fused], index: LibraryIndex
) -> bool:
    if best.coverage >= _ALL and _is_telling(asked, index):
        return True
    if any("." in term and term in best.stats.weights for c in asked for term in c.own):
        return True  # a section by its number
    return evidence(asked, best, passages, index) >= _ENOUGH


def evidence(
    asked: Sequence[Concept], best: RankedNote, passages: Sequence[Fused], index: LibraryIndex
) -> float:
    meant = [concept for concept in asked if concept.carries_meaning]
    likeness = passages[0].similarity if passages else 0.0
    return (
        _SCORE * best.score
        + _FIELD_WORD * sum(_names_field(concept) for concept in asked)
        + _TITLE_WORD * sum(_in_a_title(concept, index) for concept in asked)
        + _WORD * len(meant)
        + _UNKNOWN_WORD * sum(not _is_held(concept, index) for concept in meant)
        + (_LIKENESS * (likeness - _LIKE_ENOUGH) if likeness else 0.0)
    )


def _is_held(concept: Concept, index: LibraryIndex) -> bool:
    """Whether a note has the word, or one for it."""
    return any(index.holders.keys() >= set(synonym) for synonym, _ in concept.synonyms)


def _names_field(concept: Concept) -> float:
    """1 for a word of the field, 0.5 for a synonym of one."""
    if names_of_field(concept.own):
        return 1.0
    meant = (synonym for synonym, count in concept.synonyms if count >= _FIRM)
    return _SAID_OTHERWISE if any(names_of_field(synonym) for synonym in meant) else 0.0


def _is_telling(asked: Sequence[Concept], index: LibraryIndex) -> bool:
    """Whether a short question is specific: "gdpr" and "1020.320" are, "account" is not."""
    meant = [concept.own for concept in asked if concept.carries_meaning]
    return len(meant) <= _SHORT and any(
        names_of_field(own) and (is_abbreviation(own) or index.rarity_of([own]) >= _TELLING)
        for own in meant
    )


def _in_a_title(concept: Concept, index: LibraryIndex) -> bool:
    """Whether a note's title contains it. Light words and loose links do not count."""
    return concept.importance >= 0.5 and any(
        count >= _FIRM and index.title_terms.issuperset(synonym)
        for synonym, count in concept.synonyms
    )
