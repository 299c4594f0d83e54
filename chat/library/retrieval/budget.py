"""Budget: how many passages an answer is given, by words and not by count.

Each question of a message gets its best passages; several questions share a larger budget. Called
by ``search``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.kernel.passages import Passage
from chat.library.retrieval.fusion import Fused
from chat.library.retrieval.question import Concept

#: Words for the first question and for each further one; a passage has 30 to 110.
_FIRST_WORDS, _FURTHER_WORDS = 480, 240
#: A passage is left out below this share of the best one's score.
_CLOSE = 0.4


@dataclass(frozen=True)
class Part:
    asked: Sequence[Concept]
    passages: Sequence[Fused]


def chosen(parts: Sequence[Part]) -> list[Passage]:
    """The best passages of each part, in the parts' order, each passage once."""
    taken: dict[str, Passage] = {}
    for number, part in enumerate(parts):
        words = _FURTHER_WORDS if number or len(parts) > 2 else _FIRST_WORDS
        for passage in _within(part.passages, words):
            taken.setdefault(passage.id, passage)
    return list(taken.values())


def _within(passages: Sequence[Fused], words: int) -> Iterator[Passage]:
    least = _CLOSE * passages[0].score if passages else 0.0
    for fused in passages:
        passage = fused.stats.passage
        words -= len(passage.text.split())
        if words < 0 or fused.score < least:
            return
        yield passage
