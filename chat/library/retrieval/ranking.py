"""Ranking: how well each candidate note and passage matches a question's concepts.

Pure computation over ``index`` and ``question``; called by ``search``. The constants were chosen on
70% of the questions in tests/library/retrieval; the ranking hardly changes around these values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chat.kernel.passages import PassageKind
from chat.library.retrieval.bm25 import Weights
from chat.library.retrieval.index import LibraryIndex, NoteStats, PassageStats
from chat.library.retrieval.question import Concept
from chat.library.retrieval.terms import Phrase

#: Notes whose passages are scored, after all notes were scored as a whole. In
#: tests/library/retrieval the right note, if found at all, was among the first 12.
MOST_NOTES = 24
#: Weights of the note as a whole, and of its best passage.
_PASSAGE_SHARE = 0.5
#: Boost for the first passage of a note, which states its main point.
_FIRST_PASSAGE = 0.4
#: A rare synonym of a common concept counts less than its own rarity: 0.6 of its rarity and 0.4 of
#: the concept's. The exponent dampens both, since rarity is noisy in a small library.
_SYNONYM_SHARE, _RARITY_EXPONENT = 0.6, 0.85
#: Share of a phrase's weight when only some of its words are found.
_PARTIAL = 0.6


@dataclass(frozen=True)
class RankedPassage:
    stats: PassageStats
    score: float


@dataclass(frozen=True)
class RankedNote:
    stats: NoteStats
    score: float
    coverage: float  # 0 to 1: the share of the question's weight that this note explains
    passages: tuple[RankedPassage, ...]  # best first


@dataclass(frozen=True)
class _Weighed:
    """A concept with its weight in this library, in total and by synonym."""

    worth: float
    words: tuple[tuple[str, float], ...]  # synonyms of one term
    phrases: tuple[tuple[Phrase, float], ...]  # synonyms of several terms
    own: Phrase  # the question's own words, which may match partly as a phrase


def rank(
    asked: Sequence[Concept],
    kinds: Mapping[PassageKind, float],
    index: LibraryIndex,
    slugs: Iterable[str],
) -> list[RankedNote]:
    """At most ``MOST_NOTES`` notes, best first."""
    weighed = [_weigh(concept, index) for concept in asked]
    scored = sorted((-_score(weighed, index.notes[slug].weights), slug) for slug in slugs)
    front = [
        _ranked(weighed, kinds, index.notes[slug], -score) for score, slug in scored[:MOST_NOTES]
    ]
    front.sort(key=lambda note: (-note.score, note.stats.slug))
    return front


def _weigh(concept: Concept, index: LibraryIndex) -> _Weighed:
    whole = index.rarity_of(synonym for synonym, _ in concept.synonyms) ** _RARITY_EXPONENT
    worths = [
        (synonym, concept.importance * count * _mixed(index.rarity_of([synonym]), whole))
        for synonym, count in concept.synonyms
    ]
    return _Weighed(
        worth=concept.importance * whole,
        words=tuple((synonym[0], worth) for synonym, worth in worths if len(synonym) == 1),
        phrases=tuple((synonym, worth) for synonym, worth in worths if len(synonym) > 1),
        own=concept.own,
    )


def _mixed(rarity: float, whole: float) -> float:
    dampened: float = rarity**_RARITY_EXPONENT
    return _SYNONYM_SHARE * dampened + (1 - _SYNONYM_SHARE) * whole


def _ranked(
    asked: Sequence[_Weighed], kinds: Mapping[PassageKind, float], note: NoteStats, own_score: float
) -> RankedNote:
    passages = [
        RankedPassage(stats, _passage_score(asked, kinds, stats, first=not place))
        for place, stats in enumerate(note.passages)
    ]
    passages.sort(key=lambda passage: passage.score, reverse=True)
    return RankedNote(
        stats=note,
        score=own_score + _PASSAGE_SHARE * passages[0].score,
        coverage=_coverage(asked, note.weights),
        passages=tuple(passages),
    )


def _passage_score(
    asked: Sequence[_Weighed],
    kinds: Mapping[PassageKind, float],
    stats: PassageStats,
    *,
    first: bool,
) -> float:
    score = _score(asked, stats.weights) * kinds.get(stats.passage.kind, 1.0)
    return score + _FIRST_PASSAGE if first else score


def _score(asked: Iterable[_Weighed], weights: Weights) -> float:
    return sum([_match(concept, weights) for concept in asked])


def _match(concept: _Weighed, weights: Weights) -> float:
    """The score of the concept's best synonym. Called thousands of times per question."""
    best = 0.0
    for term, worth in concept.words:
        if term in weights and (adds := worth * weights[term]) > best:
            best = adds
    for synonym, worth in concept.phrases:
        found = [weights[term] for term in synonym if term in weights]
        if not found:
            continue
        if len(found) == len(synonym):
            best = max(best, worth * sum(found) / len(synonym))
        elif synonym == concept.own:
            best = max(best, _PARTIAL * worth * sum(found) / len(synonym))
    return best


def _coverage(asked: Sequence[_Weighed], weights: Weights) -> float:
    total = sum(concept.worth for concept in asked)
    explained = sum(concept.worth for concept in asked if _match(concept, weights))
    return explained / total if total else 0.0
