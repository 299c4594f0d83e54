"""BM25F: scores how well a term describes a document whose fields have different weights."""

import math
from collections.abc import Mapping, Sequence

#: The usual k1 and b: how soon repetition saturates, how much document length matters.
_SATURATION, _LENGTH = 1.2, 0.5

Fields = Mapping[str, Sequence[str]]  # field -> its terms
Weights = Mapping[str, float]  # term or field -> weight


def rarity(holders: int, total: int) -> float:
    """Inverse document frequency: 0.3 for a term in nearly every document, 5.7 for one in none."""
    return math.log(1 + (total - holders + 0.5) / (holders + 0.5))


def weigh(documents: Sequence[Fields], counts: Weights) -> list[Weights]:
    """For each document: term -> frequency weighted by field, saturated to 0..2.2."""
    average = {name: _average_length(documents, name) for name in counts}
    return [_weigh_one(document, counts, average) for document in documents]


def _average_length(documents: Sequence[Fields], name: str) -> float:
    total = sum(len(document[name]) for document in documents)
    return total / max(len(documents), 1) or 1.0


def _weigh_one(document: Fields, counts: Weights, average: Weights) -> Weights:
    frequency: dict[str, float] = {}
    for name, count in counts.items():
        length = 1 - _LENGTH + _LENGTH * len(document[name]) / average[name]
        for term in document[name]:
            frequency[term] = frequency.get(term, 0.0) + count / length
    return {
        term: value * (1 + _SATURATION) / (value + _SATURATION) for term, value in frequency.items()
    }
