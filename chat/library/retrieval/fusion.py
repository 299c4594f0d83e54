"""Fusion: one order of passages from two, by words (``ranking``) and by meaning (``meaning``).

Reciprocal rank fusion: a passage's score is the sum of weight / (k + its place). The ranking by
words, which knows the field, counts more; alone, each is worse than both together. The constants
were chosen on the development questions of tests/evaluation. Called by ``search``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from chat.library.retrieval.index import LibraryIndex, PassageStats
from chat.library.retrieval.meaning import question_vector
from chat.library.retrieval.ranking import RankedNote

_K = 5
_BY_WORDS, _BY_MEANING = 1.5, 1.0
_MOST_BY_MEANING = 40
#: A note's score counts for each of its passages, so that they come before those of lesser notes.
_NOTE_SHARE = 2.0


@dataclass(frozen=True)
class Fused:
    stats: PassageStats
    score: float
    similarity: float  # cosine to the question; 0 without a model


def fuse(
    ranked: Sequence[RankedNote], question: str, index: LibraryIndex, slugs: Iterable[str]
) -> list[Fused]:
    """Passages, best first. Only those of ``slugs`` are found by meaning."""
    scores: dict[str, float] = {}
    for place, key in enumerate(_by_words(ranked)):
        scores[key] = _BY_WORDS / (_K + place)
    similarity = _similarities(question, index, frozenset(slugs))
    nearest = sorted(similarity, key=lambda key: (-similarity[key], key))[:_MOST_BY_MEANING]
    for place, key in enumerate(nearest):
        scores[key] = scores.get(key, 0.0) + _BY_MEANING / (_K + place)
    order = sorted(scores, key=lambda key: (-scores[key], key))
    return [Fused(index.passage(key), scores[key], similarity.get(key, 0.0)) for key in order]


def _by_words(ranked: Sequence[RankedNote]) -> list[str]:
    scored = [
        (-(_NOTE_SHARE * note.score + passage.score), at, passage.stats.passage.id)
        for at, note in enumerate(ranked)
        for passage in note.passages
    ]
    return [key for _, _, key in sorted(scored)]


def _similarities(question: str, index: LibraryIndex, slugs: frozenset[str]) -> dict[str, float]:
    vector = question_vector(question)
    if vector is None or not len(index.keys):
        return {}
    cosines = np.asarray(index.vectors @ vector)
    return {
        key: float(cosine)
        for key, cosine in zip(index.keys, cosines, strict=True)
        if key.partition("#")[0] in slugs
    }
