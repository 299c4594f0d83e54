"""Long questions: a document pasted for review, with a line that says what to do with it.

The opening and the closing paragraph are taken as the question; of the rest, the terms that tell
the library's notes apart best. Called by ``search``.
"""

from collections import Counter

from chat.library.retrieval.index import LibraryIndex
from chat.library.retrieval.question import Concept
from chat.library.retrieval.terms import terms

#: A question of more letters than this is taken for a pasted text. People type some 60 words.
LONGEST_QUESTION_CHARS = 600
_OPENING_CHARS, _CLOSING_CHARS = 400, 200
_READ_CHARS = 20_000  # of the pasted text; more takes milliseconds and changes little
_THEMES, _THEME_IMPORTANCE = 8, 0.2


def asked_part(question: str) -> str:
    """What of a long text says what to do: its opening and its closing lines."""
    if len(question) <= LONGEST_QUESTION_CHARS:
        return question
    lines = [line for line in question.splitlines() if line.strip()]
    return f"{lines[0][:_OPENING_CHARS]}\n{lines[-1][-_CLOSING_CHARS:]}"


def themes(question: str, index: LibraryIndex) -> list[Concept]:
    """What a long text is about; nothing for a question of ordinary length."""
    if len(question) <= LONGEST_QUESTION_CHARS:
        return []
    counted = Counter(term for term in terms(question[:_READ_CHARS]) if term in index.holders)
    telling = sorted(counted, key=lambda term: (-counted[term] * index.rarity_of([(term,)]), term))
    return [Concept(term, (((term,), 1.0),), _THEME_IMPORTANCE) for term in telling[:_THEMES]]
