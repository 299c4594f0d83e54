"""Long questions: a document pasted for review, with a line saying what to do with it.

The first and the last paragraph count as the question; from the rest come the terms that best tell
the library's notes apart. Called by ``search``.
"""

from collections import Counter

from chat.library.retrieval.index import LibraryIndex
from chat.library.retrieval.question import Concept
from chat.library.retrieval.terms import terms

#: In characters. Longer questions count as pasted text; typed ones have some 60 words.
LONGEST_QUESTION_CHARS = 600
_OPENING_CHARS, _CLOSING_CHARS = 400, 200
_READ_CHARS = 20_000  # of the pasted text; more takes milliseconds and changes little
_THEMES, _THEME_IMPORTANCE = 8, 0.2


def instruction_part(question: str) -> str:
    if len(question) <= LONGEST_QUESTION_CHARS:
        return question
    lines = [line for line in question.splitlines() if line.strip()]
    return f"{lines[0][:_OPENING_CHARS]}\n{lines[-1][-_CLOSING_CHARS:]}"


def text_themes(question: str, index: LibraryIndex) -> list[Concept]:
    """What a long text is about; empty for a question of ordinary length."""
    if len(question) <= LONGEST_QUESTION_CHARS:
        return []
    counted = Counter(term for term in terms(question[:_READ_CHARS]) if term in index.holders)
    telling = sorted(counted, key=lambda term: (-counted[term] * index.rarity_of([(term,)]), term))
    return [Concept(term, (((term,), 1.0),), _THEME_IMPORTANCE) for term in telling[:_THEMES]]
