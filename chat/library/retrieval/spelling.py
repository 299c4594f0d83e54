"""Spelling: replaces an unknown word with the known word one edit away.

"suspicous activty" -> "suspicious activity". An edit inserts, deletes or replaces a letter, or
swaps two neighbours. Words of fewer than five letters are left alone: too many others are one edit
away. Called by ``question`` through the index.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from chat.library.retrieval.terms import root

_SHORTEST = 5
_WORD = re.compile(r"[^\W\d_]+")


class Speller:
    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._roots = frozenset(map(root, self._known))

    @cached_property
    def _by_shorter(self) -> Mapping[str, list[str]]:
        """Known words by each of their forms with one letter deleted: words one edit apart share
        one.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._known:
            for shorter in {word, *_shorter(word)}:
                found[shorter].append(word)
        return dict(found)

    def corrected(self, text: str) -> str:
        """The text with its misspelled words replaced, all else as it was."""
        return _WORD.sub(lambda word: self._in_text(word[0]), text)

    def _in_text(self, word: str) -> str:
        right = self.correct(word.lower())
        return word if right == word.lower() else right

    def correct(self, word: str) -> str:
        """The word itself if it is known or no known word is near."""
        if len(word) < _SHORTEST or not word.isalpha() or root(word) in self._roots:
            return word
        near = {
            known
            for shorter in (word, *_shorter(word))
            for known in self._by_shorter.get(shorter, ())
            if len(known) >= _SHORTEST and _same_start(word, known) and one_edit_apart(word, known)
        }
        return min(near, key=lambda known: (abs(len(known) - len(word)), known), default=word)


def one_edit_apart(one: str, other: str) -> bool:
    if len(one) == len(other):
        differing = [at for at in range(len(one)) if one[at] != other[at]]
        if len(differing) == 1:
            return True
        first, *rest = differing or (0,)
        swapped = one[:first] + one[first : first + 2][::-1] + one[first + 2 :]
        return rest == [first + 1] and swapped == other
    long, short = sorted((one, other), key=len, reverse=True)
    return short in _shorter(long)


def _same_start(one: str, other: str) -> bool:
    """People rarely mistype the first letter, but may swap it with the second."""
    return one[0] == other[0] or one[:2] == other[1::-1]


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
