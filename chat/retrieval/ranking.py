"""Ranking: how well each candidate note and passage answers a question's concepts.

Pure computation over ``index`` and ``question``; called by ``search``. The constants were chosen on
70% of the questions in tests/retrieval; around these values the ranking hardly changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chat.passages import PassageKind
from chat.retrieval.bm25 import Weights
from chat.retrieval.index import LibraryIndex, NoteStats, PassageStats
from chat.retrieval.question import Concept
from chat.retrieval.terms import Phrase

#: A note counts as a whole, and by the passage of it that fits best.
_PASSAGE_SHARE = 0.6
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
    ways: tuple[tuple[Phrase, float], ...]


def rank(
    asked: Sequence[Concept],
    kinds: Mapping[PassageKind, float],
    index: LibraryIndex,
    slugs: Iterable[str],
) -> list[RankedNote]:
    """The notes, best first."""
    weighed = [_weigh(concept, index) for concept in asked]
    ranked = [_ranked(weighed, kinds, index.notes[slug]) for slug in slugs]
    return sorted(ranked, key=lambda note: (-note.score, note.stats.slug))


def _weigh(concept: Concept, index: LibraryIndex) -> _Weighed:
    whole = index.rarity_of(way for way, _ in concept.ways) ** _RARITY_EXPONENT
    ways = tuple(
        (way, concept.importance * count * _mixed(index.rarity_of([way]), whole))
        for way, count in concept.ways
    )
    return _Weighed(concept.importance * whole, ways)


def _mixed(rarity: float, whole: float) -> float:
    dampened: float = rarity**_RARITY_EXPONENT
    return _WAY_SHARE * dampened + (1 - _WAY_SHARE) * whole


def _ranked(
    asked: Sequence[_Weighed], kinds: Mapping[PassageKind, float], note: NoteStats
) -> RankedNote:
    passages = [
        RankedPassage(stats, _passage_score(asked, kinds, stats, first=not place))
        for place, stats in enumerate(note.passages)
    ]
    passages.sort(key=lambda passage: passage.score, reverse=True)
    return RankedNote(
        stats=note,
        score=_score(asked, note.weights) + _PASSAGE_SHARE * passages[0].score,
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
    return sum(_match(concept, weights) for concept in asked)


def _match(concept: _Weighed, weights: Weights) -> float:
    """What the concept's best way to say it adds. Its own words, first, may be there in part."""
    best = 0.0
    for place, (way, worth) in enumerate(concept.ways):
        found = [weights.get(term, 0.0) for term in way]
        value = worth * sum(found) / len(found)
        if value > best:
            if min(found) > 0:
                best = value
            elif place == 0:
                best = _PARTIAL * value
    return best


def _coverage(asked: Sequence[_Weighed], weights: Weights) -> float:
    total = sum(concept.worth for concept in asked)
    explained = sum(concept.worth for concept in asked if _match(concept, weights))
    return explained / total if total else 0.0
