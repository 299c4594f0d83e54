"""What a reader types into the search field, as terms; and how a term is found in a text.

Every word must occur, as the beginning of a word: ``repor`` finds "reports" and "Reporting". Case
and accents do not count. No stemming, so that all languages are served alike.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

#: More words than this nobody types; each costs a look into the index.
MOST_TERMS = 8
LONGEST_TERM = 40
_WORD = re.compile(r"[^\W_]+")
#: Where Unicode has its letters with accents; others are a letter and an accent after it.
_ACCENTED = (*range(0xC0, 0x250), *range(0x1E00, 0x2000))
_ACCENT = re.compile(f"[{''.join(map(chr, _ACCENTED))}\u0300-\u036f\u212b]")


def terms_of(find: str) -> tuple[str, ...]:
    """`"Überweisung, §31 SAR"` -> `("uberweisung", "31", "sar")`; each once."""
    words = (fold(word)[:LONGEST_TERM] for word in _WORD.findall(find))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_TERMS]


def fold(text: str) -> str:
    """Lower case without accents, as FTS5's ``unicode61 remove_diacritics 2`` has it."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def is_whole_word(term: str) -> bool:
    """One Latin letter or digit begins half of all words: it stands for itself only."""
    return len(term) == 1 and term.isascii()


def terms_in(text: str, terms: Sequence[str]) -> list[str]:
    """Those that the text has. Quicker than ``places_of``, which must leave the text as it is."""
    folded = fold(text)
    return [term for term in terms if term in folded and _word_with(term).search(folded)]


@lru_cache(maxsize=200)
def _word_with(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){term}" + (r"(?![^\W_])" if is_whole_word(term) else ""))


def places_of(text: str, terms: Sequence[str]) -> Iterator[re.Match[str]]:
    """The words of a text that a term finds; group n+1 is set for ``terms[n]``."""
    accents = _ACCENT.search(text) is not None
    return _pattern_of(tuple(terms), accents=accents).finditer(text) if terms else iter(())


@lru_cache(maxsize=200)
def _pattern_of(terms: Sequence[str], *, accents: bool) -> re.Pattern[str]:
    """With all accents a letter may have it takes 2 ms to compile, and few texts need them."""
    choices = "|".join(f"({_term_pattern(term, accents=accents)})" for term in terms)
    return re.compile(rf"(?<![^\W_])(?:{choices})", re.IGNORECASE)


def _term_pattern(term: str, *, accents: bool) -> str:
    letters = "".join(map(_any_accent, term)) if accents else re.escape(term)
    return letters + (r"(?![^\W_])" if is_whole_word(term) else r"[^\W_]*")


def _any_accent(letter: str) -> str:
    """``u`` -> ``[uùúûü…]`` and accents that are characters of their own after it."""
    return f"[{re.escape(letter)}{_accented()[letter]}][\u0300-\u036f]*"


@lru_cache(maxsize=1)
def _accented() -> dict[str, str]:
    found: dict[str, str] = defaultdict(str)
    for code in _ACCENTED:
        letter = chr(code).lower()
        if (base := fold(letter)) != letter and letter not in found[base]:
            found[base] += letter
    return found
