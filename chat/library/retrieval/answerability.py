"""Whether the best note answers at all: a search always finds something.

Scores alone do not separate the questions that the library answers from the others. The evidence
here adds up the best note's score, the words that name the library's field and the words that stand
in its titles; what names another matter counts against. The weights were fitted by logistic
regression on the questions and the out-of-scope lines of tests/library/retrieval. Called by
``search``.
"""

from collections.abc import Sequence

from chat.library.retrieval.domain_words import (
    is_abbreviation,
    names_of_field,
    names_of_other_matters,
)
from chat.library.retrieval.index import LibraryIndex
from chat.library.retrieval.question import Concept
from chat.library.retrieval.ranking import RankedNote

_FIELD_WORD, _TITLE_WORD, _OTHER_MATTER = 2.3, 1.3, -14.0
_ENOUGH = 11.0
#: A short question ("gdpr", "sar deadline") has few words to score with: all must be explained.
_SHORT, _ALL = 3, 0.99
_FIRM = 0.7  # from here on, a way to say it is no loose link
_SAID_OTHERWISE = 0.5
_TELLING = 1.4  # the rarity of a term that a quarter of the notes hold


def answers(question: str, asked: Sequence[Concept], best: RankedNote, index: LibraryIndex) -> bool:
    """Whether ``best`` is worth quoting. ``question`` is what the person typed."""
    field_names = sum(_names_field(concept) for concept in asked)
    other_matters = names_of_other_matters(question)
    if best.coverage >= _ALL and not other_matters and _is_telling(asked, index):
        return True
    evidence = (
        best.score
        + _FIELD_WORD * field_names
        + _TITLE_WORD * sum(_in_a_title(concept, index) for concept in asked)
        + _OTHER_MATTER * len(other_matters)
    )
    return evidence >= _ENOUGH


def _names_field(concept: Concept) -> float:
    """1 for a word of the field, a half for everyday speech that stands for one."""
    if names_of_field(concept.own):
        return 1.0
    meant = (way for way, count in concept.ways if count >= _FIRM)
    return _SAID_OTHERWISE if any(names_of_field(way) for way in meant) else 0.0


def _is_telling(asked: Sequence[Concept], index: LibraryIndex) -> bool:
    """Whether few words say precisely what is meant: "gdpr" and "1020.320" do, "account" not."""
    meant = [concept.own for concept in asked if concept.carries_meaning]
    return len(meant) <= _SHORT and any(
        names_of_field(own) and (is_abbreviation(own) or index.rarity_of([own]) >= _TELLING)
        for own in meant
    )


def _in_a_title(concept: Concept, index: LibraryIndex) -> bool:
    """Whether some note's title says it; light words and loose links do not count."""
    return concept.importance >= 0.5 and any(
        count >= _FIRM and index.title_terms.issuperset(way) for way, count in concept.ways
    )
