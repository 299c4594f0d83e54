"""Parses the search field into terms.

A conversation must contain every term: a word matches as a prefix (``repor`` finds "reports"), a
quoted phrase matches whole (``"due date"``). ``chat.kernel.search_words`` normalises words. There
is no stemming, so all languages are treated alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.kernel.search_words import is_unspaced, search_words

#: Nobody types more; each costs an index lookup.
MOST_TERMS = 8
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)(["“”„«»]?)')


@dataclass(frozen=True, slots=True)
class Term:
    """Consecutive words. With ``is_prefix`` the last one may continue."""

    words: tuple[str, ...]
    is_prefix: bool = True

    @property
    def needle(self) -> str:
        """A substring of the stored words wherever the term occurs."""
        return f" {' '.join(self.words)}" + ("" if self.is_prefix else " ")


def terms_of(find: str) -> tuple[Term, ...]:
    """``Überw "due date" 反洗钱`` -> ``uberw…``, ``due date``, ``反洗 洗钱…``, each once."""
    return tuple(dict.fromkeys(_terms(find)))[:MOST_TERMS]


def _terms(find: str) -> Iterator[Term]:
    end = 0
    for quoted in _QUOTED.finditer(find):
        yield from _single_words(find[end : quoted.start()])
        yield from _phrase(quoted[1], is_closed=bool(quoted[2]))
        end = quoted.end()
    yield from _single_words(find[end:])


def _single_words(find: str) -> Iterator[Term]:
    """A run in a script without spaces is one term made of overlapping pairs."""
    run: list[str] = []
    for word in search_words(find).split():
        if is_unspaced(word):
            run.append(word)
            if len(word) > 1:
                continue
            yield _run(run)
            run = []
        else:
            yield Term((word,), is_prefix=_can_be_prefix(word))


def _phrase(find: str, *, is_closed: bool) -> Iterator[Term]:
    """Until the closing quote is typed, the last word may continue."""
    words = search_words(find).split()
    if words and is_unspaced(words[-1]):
        yield _run(words)
    elif words:
        yield Term(tuple(words), is_prefix=not is_closed and _can_be_prefix(words[-1]))


def _can_be_prefix(word: str) -> bool:
    """A single Latin letter or digit begins too many words, so it only matches itself."""
    return len(word) > 1 or not word.isascii()


def _run(words: list[str]) -> Term:
    """Omits the final single character, which is stored only at the end of a run."""
    follows_a_pair = len(words) > 1 and words[-2][-1] == words[-1] and len(words[-2]) > 1
    return Term(tuple(words[:-1] if follows_a_pair else words))
