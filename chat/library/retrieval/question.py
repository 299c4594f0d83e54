"""Splits a question into concepts, each with the synonyms that the library may use for it.

"how long to keep ctrs" -> [keep | retain, retention, record] [ctr]. Each concept is weighed
separately, so a note with three synonyms of one concept does not beat a note with three concepts.
Called by ``search``.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from chat.kernel.word_stems import STOP_WORDS, words
from chat.library.retrieval.common_words import EMPTY_WORDS, light_stems
from chat.library.retrieval.spelling import Speller
from chat.library.retrieval.synonyms import alike, families, sayings
from chat.library.retrieval.terms import Phrase, citations, phrase, root, short_names, spans

#: Weight of a synonym, relative to the question's own word.
_OWN, _FAMILY, _ALIKE, _SAYING, _LOOSE = 1.0, 0.8, 0.8, 0.75, 0.35
#: Weight of a concept: for common words, and for phrases of stop words only.
_LIGHT, _NUMBER, _STOP = 0.5, 0.25, 0.4

#: Amounts chosen to stay below the reporting threshold of 10,000 dollars.
_JUST_BELOW = range(8_000, 10_000)
_THOUSANDS = re.compile(r"\b(\d+(?:\.\d+)?) ?(?:k|grand)\b")

Synonyms = tuple[tuple[Phrase, float], ...]


@dataclass(frozen=True)
class Concept:
    said: str
    synonyms: Synonyms  # synonyms with their weights; the question's own words come first
    importance: float = 1.0

    @property
    def own(self) -> Phrase:
        """The question's own words, or their meaning if they are all stop words."""
        return self.synonyms[0][0]

    @property
    def terms(self) -> set[str]:
        return {term for synonym, _ in self.synonyms for term in synonym}

    @property
    def carries_meaning(self) -> bool:
        return self.importance >= 1.0

    def times(self, factor: float) -> "Concept":
        return replace(self, importance=self.importance * factor)


def concepts(question: str, speller: Speller, names: Set[str]) -> list[Concept]:
    """Unique, in the question's order.

    ``names`` are the terms of all note titles: a number among them ("form 8300") is no mere amount.
    """
    plain = _plain_numbers(question.lower())
    said = [speller.correct(word) for word in words(plain) if word not in EMPTY_WORDS]
    found = [*_concepts(said, names), *(Concept(c, (((c,), _OWN),)) for c in citations(plain))]
    return list({concept.synonyms: concept for concept in reversed(found)}.values())[::-1]


def _plain_numbers(question: str) -> str:
    """ "25k" and "25 grand" -> "25000"."""
    return _THOUSANDS.sub(lambda match: str(int(float(match[1]) * 1000)), question)


def _concepts(said: Sequence[str], names: Set[str]) -> Iterator[Concept]:
    stems = [root(word) for word in said]
    at = 0
    for start, end, meaning in [*spans(stems, _phrases()), (len(said), len(said), ())]:
        for word in said[at:start]:
            if word.isdigit() and int(word) in _JUST_BELOW:
                yield Concept(word, (((word,), _OWN), ((root("structuring"),), _SAYING)))
            elif _carries_meaning(word):
                yield _concept([word], (), names)
        if start < end:
            yield _concept(said[start:end], meaning, names)
        at = end


def _concept(said: Sequence[str], meaning: Synonyms, names: Set[str]) -> Concept:
    own = tuple(root(word) for word in said if _carries_meaning(word))
    synonyms = ((own, _OWN), *meaning) if own else meaning
    if meaning and meaning[0][1] == _OWN:  # an abbreviation in full stands for its short name,
        synonyms = (*meaning, (own, _LOOSE))  # not for a note that has its words in its title
    return Concept(" ".join(said), synonyms, _importance(said, own, names))


def _importance(said: Sequence[str], own: Phrase, names: Set[str]) -> float:
    if not own:
        return _STOP
    if len(said) > 1:
        return 1.0
    if said[0].isdigit():
        return 1.0 if said[0] in names else _NUMBER
    return _LIGHT if own[0] in light_stems() else 1.0


def _carries_meaning(word: str) -> bool:
    return word.removesuffix("'s") not in STOP_WORDS


def known_words() -> set[str]:
    """Unstemmed words of all tables; the speller leaves them alone."""
    said = {word for saying in sayings() for word in words(f"{saying.said} {saying.meant}")}
    rooted = {word for group in (*families(), *alike()) for word in group}
    return said | rooted


@cache
def _phrases() -> dict[Phrase, Synonyms]:
    table: dict[Phrase, dict[Phrase, float]] = {}

    def add(said: Phrase, meant: Phrase, count: float) -> None:
        if said and meant != said:
            synonyms = table.setdefault(said, {})
            synonyms[meant] = max(count, synonyms.get(meant, 0.0))

    for long, short in short_names().items():
        add(long, (short,), _OWN)
    for count, groups in ((_FAMILY, families()), (_ALIKE, alike())):
        for group in groups:
            for word in group:
                for other in group:
                    add(phrase(word), phrase(other), count)
    for saying in sayings():
        add(phrase(saying.said), phrase(saying.meant), _LOOSE if saying.loose else _SAYING)
    return {said: tuple(synonyms.items()) for said, synonyms in table.items()}
