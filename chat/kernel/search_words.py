"""Search words: the normalised words that are stored for each title and message, and queried.

One normalisation for both:

- Compatibility forms (full width, ligatures, half-width kana) and case are folded: ß is ss.
- Accents in Latin, Greek and Cyrillic (so й is и), Hebrew points and Arabic vowel signs, which few
  people type, are removed. Vowel signs of Indic scripts and the marks of が are kept.
- Soft hyphens, zero-width characters and direction marks are removed.
- Scripts without spaces (Han, kana, Hangul, Thai, Lao, Khmer, Burmese) become overlapping pairs of
  characters plus the last character: 反洗钱 is ``反洗 洗钱 钱``, so any part of it is found.

Words are stored between blanks, with one more at either end: any database, and Python, can find a
word, a prefix or a phrase as a substring.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

#: Longer words are truncated, to keep base64 files out of the index.
LONGEST_WORD = 40
#: Only the beginning of a longer text is searchable: PostgreSQL's index takes 1 MB of words.
MOST_CHARS = 200_000
MOST_WORDS = 100_000

#: Letters that Unicode does not decompose, as typed without such a keyboard.
_PLAIN_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th"}
)
_IGNORED = (
    "\u0300-\u036f"  # accents
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"  # invisible
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
)
_IS_IGNORED = re.compile(f"[{_IGNORED}]+")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\uac00-\ud7ff"  # Hangul
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_RUN_OR_WORD = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_NO_ASCII_WORD = re.compile(r"[^a-z0-9]+")


def _marks() -> str:
    """All characters that modify the letter before them, none of which match ``\\w``."""
    chars = (chr(code) for code in range(0x300, 0x20000))
    return "".join(char for char in chars if unicodedata.category(char)[0] == "M")


_MARKS = _marks()
_NO_WORD = re.compile(f"[^\\w{_MARKS}]+")
_WORD_IN_TEXT = re.compile(f"[\\w{_MARKS}{_IGNORED}]+")
_NO_ASCII_LETTER = re.compile(f"(?![\x00-\x7f])[\\w{_MARKS}{_IGNORED}]")
#: A character with its marks, invisible characters, and the rest of a Hangul syllable.
_CHARACTER = re.compile(f".[{_MARKS}{_IGNORED}\u1160-\u11ff\uff9e\uff9f]*", re.DOTALL)


def search_words(text: str) -> str:
    """``"Überweisung, §31 反洗钱"`` -> ``" uberweisung 31 反洗 洗钱 钱 "``."""
    folded = fold(text[:MOST_CHARS])[:MOST_CHARS].replace("_", " ")
    words = (_NO_ASCII_WORD if folded.isascii() else _NO_WORD).sub(" ", folded)
    if not words.isascii() and _RUN.search(words):
        words = _RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", words)
    found = (word[:LONGEST_WORD] for word in islice(words.split(), MOST_WORDS))
    return f" {' '.join(found)} "


def fold(text: str) -> str:
    """Lower case, without accents and invisible characters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = _IS_IGNORED.sub("", unicodedata.normalize("NFKD", folded))
    return unicodedata.normalize("NFC", folded.translate(_PLAIN_LETTERS))


def is_plain(text: str) -> bool:
    """Whether all words are ASCII: then folding is lower-casing."""
    return text.isascii() or _NO_ASCII_LETTER.search(text) is None


def is_unspaced(word: str) -> bool:
    """Whether a folded word is a run, or a pair, in a script without spaces."""
    return _RUN.match(word) is not None


def _pairs(run: str) -> Iterator[str]:
    yield from map("".join, pairwise(run))
    yield run[-1]


class PlacedWord(NamedTuple):
    """A word of ``search_words`` with its position in the text.

    ``first_end`` is the end of the shortest part that a prefix search finds: the first character of
    a pair, else the whole word.
    """

    word: str
    start: int
    end: int
    first_end: int


def placed_words(text: str) -> Iterator[PlacedWord]:
    for written in _WORD_IN_TEXT.finditer(text.replace("_", " ")):
        folded = fold(written[0])
        start, end = written.span()
        if folded and not _RUN.search(folded):
            yield PlacedWord(folded[:LONGEST_WORD], start, end, end)
        elif folded:
            yield from _placed_characters(written[0], start)


def _placed_characters(written: str, offset: int) -> Iterator[PlacedWord]:
    """For a word that is, or contains, a run: ``第31条``."""
    folded, places = "", list[tuple[int, int]]()  # original span of each folded character
    for char in _CHARACTER.finditer(written):
        plain = fold(char[0])
        folded += plain
        places += [(offset + char.start(), offset + char.end())] * len(plain)
    for part in _RUN_OR_WORD.finditer(folded):
        first, end = part.span()
        if not _RUN.match(part[0]):
            last_end = places[end - 1][1]
            yield PlacedWord(part[0][:LONGEST_WORD], places[first][0], last_end, last_end)
            continue
        for at in range(first, end):
            pair = folded[at : min(at + 2, end)]
            start, first_end = places[at]
            yield PlacedWord(pair, start, places[at + len(pair) - 1][1], first_end)
