"""Words that place a question inside the library's field, or outside it.

A search always finds something: "how many vacation days do tellers get" finds the red flag of the
employee who never takes vacation. ``answerability`` counts the words that name the field; they do
not decide alone. Words are compared by stem.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from chat.library.retrieval.lexicon import lines
from chat.library.retrieval.synonyms import ABBREVIATIONS
from chat.library.retrieval.terms import phrase, short_names


@cache
def field_words() -> frozenset[str]:
    named = [*field_vocabulary(), *ABBREVIATIONS]
    return frozenset(term for word in named for term in phrase(word))


def field_vocabulary() -> frozenset[str]:
    """Unstemmed; the speller leaves them alone."""
    return frozenset(word for line in lines("field_words.txt") for word in line.split())


def names_of_field(terms: Iterable[str]) -> int:
    """How many of the terms name the library's field. Citations do."""
    return sum(term in field_words() or "." in term for term in set(terms))


def is_abbreviation(terms: Sequence[str]) -> bool:
    return len(terms) == 1 and terms[0] in set(short_names().values())
