"""Ranking: how well each candidate note and passage answers a question's concepts.

Pure computation over ``index`` and ``question``; called by ``search``. The constants were chosen on
70% of the questions in tests/library/retrieval; around these values the ranking hardly changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chat.kernel.passages import PassageKind
from chat.library.retrieval.bm25 import Weights
from chat.library.retrieval.index import LibraryIndex, NoteStats, PassageStats
from chat.library.retrieval.question import Concept
from chat.library.retrieval.terms import Phrase

#: Notes whose passages are weighed, after all have been as a whole. The right one was among the
#: first 12 for all questions of tests/library/retrieval that it was found for at all.
MOST_NOTES = 24
#: A note counts as a whole, and by the passage of it that fits best.
_PASSAGE_SHARE = 0.5
#: The first passage of a note states its main point.
_FIRST_PASSAGE = 0.4
#: A rare way to say a common thing is worth less than its own rarity: 0.6 of the way's rarity and
#: 0.4 of the concept's. The exponent dampens both, for the library is small and rarity noisy.
_WAY_SHARE, _RARITY_EXPONENT = 0.6, 0.85
#: What a phrase is worth when only some of its words are there.
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
    """A concept with what it is worth in this library: in all, and each way to say it."""

    worth: float
    words: tuple[tuple[str, float], ...]  # ways of one term
    phrases: tuple[tuple[Phrase, float], ...]  # ways of several terms
    own: Phrase  # the question's own words: as a phrase they may be there in part


def rank(
    asked: Sequence[Concept],
    kinds: Mapping[PassageKind, float],
    index: LibraryIndex,
    slugs: Iterable[str],
) -> list[RankedNote]:
    """Up to ``MOST_NOTES`` notes, best first."""
    weighed = [_weigh(concept, index) for concept in asked]
    scored = sorted((-_score(weighed, index.notes[slug].weights), slug) for slug in slugs)
    front = [
        _ranked(weighed, kinds, index.notes[slug], -score) for score, slug in scored[:MOST_NOTES]
    ]
    front.sort(key=lambda note: (-note.score, note.stats.slug))
    return front


def _weigh(concept: Concept, index: LibraryIndex) -> _Weighed:
    whole = index.rarity_of(way for way, _ in concept.ways) ** _RARITY_EXPONENT
    worths = [
        (way, concept.importance * count * _mixed(index.rarity_of([way]), whole))
        for way, count in concept.ways
    ]
    return _Weighed(
        worth=concept.importance * whole,
        words=tuple((way[0], worth) for way, worth in worths if len(way) == 1),
        phrases=tuple((way, worth) for way, worth in worths if len(way) > 1),
        own=concept.own,
    )


def _mixed(rarity: float, whole: float) -> float:
    dampened: float = rarity**_RARITY_EXPONENT
    return _WAY_SHARE * dampened + (1 - _WAY_SHARE) * whole


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
    """What the concept's best way to say it adds. Called some thousand times for a question."""
    best = 0.0
    for term, worth in concept.words:
        if term in weights and (adds := worth * weights[term]) > best:
            best = adds
    for way, worth in concept.phrases:
        found = [weights[term] for term in way if term in weights]
        if not found:
            continue
        if len(found) == len(way):
            best = max(best, worth * sum(found) / len(way))
        elif way == concept.own:
            best = max(best, _PARTIAL * worth * sum(found) / len(way))
    return best


def _coverage(asked: Sequence[_Weighed], weights: Weights) -> float:
    total = sum(concept.worth for concept in asked)
    explained = sum(concept.worth for concept in asked if _match(concept, weights))
    return explained / total if total else 0.0
