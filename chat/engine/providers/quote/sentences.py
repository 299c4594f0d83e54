"""Splits passages into sentences and ranks them by a question.

Every sentence in a passage is written to stand alone (docs/library.md), so it can be quoted without
its neighbours.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from chat.kernel.word_stems import keywords

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])")


def sentences(text: str) -> list[str]:
    """Split at sentence ends and list items; each part is verbatim, without markers."""
    parts = (line.removeprefix("- ") for line in text.splitlines())
    return [
        sentence.strip() for part in parts for sentence in _SENTENCE_END.split(part) if part.strip()
    ]


def rarity(texts: Iterable[str]) -> Counter[str]:
    """In how many texts each stem occurs; rare stems tell passages apart."""
    return Counter(word for text in texts for word in keywords(text))


def closest(question: str, candidates: Sequence[str], *, most: int) -> list[str]:
    """Up to ``most`` candidates that share words with the question, preferring rare words.

    Keeps the given order and drops those that share none.
    """
    common = rarity(candidates)
    wanted = set(keywords(question))

    def score(sentence: str) -> float:
        return sum(1 / common[word] for word in wanted.intersection(keywords(sentence)))

    best = sorted(candidates, key=score, reverse=True)[:most]
    return [sentence for sentence in candidates if sentence in best and score(sentence) > 0]
