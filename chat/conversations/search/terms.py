"""What a reader types into the search field, as terms.

Every term must occur: a word as the beginning of a word (``repor`` finds "reports"), words in
quotation marks whole and one after the other (``"due date"``). What words are, and what does not
count in them, ``chat.kernel.search_words`` says. No stemming: all languages are served alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.kernel.search_words import is_unspaced, search_words

#: More terms than this nobody types; each costs a look into the index.
MOST_TERMS = 8
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)(["“”„«»]?)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other. With ``is_prefix`` the last one may go on."""

    words: tuple[str, ...]
    is_prefix: bool = True

    @property
    def needle(self) -> str:
        """What is found, as it is, in stored words exactly where the term occurs."""
        return f" {' '.join(self.words)}" + ("" if self.is_prefix else " ")


def terms_of(find: str) -> tuple[Term, ...]:
    """``Überw "due date" 反洗钱`` -> ``uberw…``, ``due date``, ``反洗 洗钱…``; each once."""
    return tuple(dict.fromkeys(_terms(find)))[:MOST_TERMS]


def _terms(find: str) -> Iterator[Term]:
    end = 0
    for quoted in _QUOTED.finditer(find):
        yield from _single_words(find[end : quoted.start()])
        yield from _phrase(quoted[1], is_closed=bool(quoted[2]))
        end = quoted.end()
    yield from _single_words(find[end:])


def _single_words(find: str) -> Iterator[Term]:
    """A run of a script without spaces is one term: its pairs, which overlap."""
    run: list[str] = []
    for word in search_words(find).split():
        if is_unspaced(word):
            run.append(word)
            if len(word) > 1:
                continue
            yield _run(run)
            run = []
        else:
            yield Term((word,), is_prefix=_may_go_on(word))


def _phrase(find: str, *, is_closed: bool) -> Iterator[Term]:
    """While its end is not typed the last word may go on."""
    words = search_words(find).split()
    if words and is_unspaced(words[-1]):
        yield _run(words)
    elif words:
        yield Term(tuple(words), is_prefix=not is_closed and _may_go_on(words[-1]))


def _may_go_on(word: str) -> bool:
    """One Latin letter or digit begins half of all words: it stands for itself only."""
    return len(word) > 1 or not word.isascii()


def _run(words: list[str]) -> Term:
    """Without its last character, which follows its pair only where the text ends."""
    follows_a_pair = len(words) > 1 and words[-2][-1] == words[-1] and len(words[-2]) > 1
    return Term(tuple(words[:-1] if follows_a_pair else words))
