"""Whether a passage says a quote word for word.

White space, typography and emphasis do not count; the first letter may change its case. Words and
numbers match whole: "5,000 in cash" is not in "25,000 in cash". An ellipsis may leave out a little
of the passage, between parts of three words or more that follow each other there, but no negation
(see ``negation``).

Both are compared as texts in which each word, number and sign stands between two blanks. All work
grows with the length of quote and passage, not with their product.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from chat.kernel.citations.negation import has_negation, is_cut_after, is_cut_before

# Shorter "quotes" are terms in quotation marks, and fit almost any passage.
MIN_QUOTE_WORDS = 3
# What an ellipsis may leave out: a long sentence, so that no two places of a passage become one.
MOST_OMITTED_CHARS = 300

# Typography, not words: writers and models change it freely. Single and double quotation marks are
# one, because a quote in a quote changes from one to the other.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys('"“”„‟«»‹›‘’‚‛ʼ´`', "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_ELLIPSIS = re.compile(r"[\[(]?(?:…|\.{3,}|\. \. \.)[\])]?")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~\n])")
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+", re.M)
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+(?=\S)|(?<=[^\s_])_+(?!\w)")
_WORD_OR_SIGN = re.compile(r"\d+(?:[.,]\d+)+\w*|\w+(?:'\w+)*|[^\w\s]")


def is_verbatim(quote: str, passage_text: str) -> bool:
    """Whether the passage contains ``quote``, and the quote is long enough to tell."""
    parts = _parts(quote)
    if not parts or any(_word_count(part) < MIN_QUOTE_WORDS for part in parts):
        return False
    return _occur_in_order(parts, _spaced(passage_text))


def is_verbatim_term(quote: str, passage_text: str) -> bool:
    """Whether ``quote`` is a term of a word or two found in the passage."""
    parts = _parts(quote)
    if len(parts) != 1 or not 0 < _word_count(parts[0]) < MIN_QUOTE_WORDS:
        return False
    return _occur_in_order(parts, _spaced(passage_text))


def _parts(quote: str) -> list[str]:
    """Normalised parts between its ellipses."""
    parts = [" ".join(_words_and_signs(part)) for part in _ELLIPSIS.split(quote)]
    parts[-1] = parts[-1].removesuffix(",").rstrip()  # US style puts the comma inside
    return [f" {part} " for part in parts if part]


def _word_count(part: str) -> int:
    return sum(word[0].isalnum() for word in part.split())


def _occur_in_order(parts: list[str], text: str) -> bool:
    """Each part within reach of the previous one. The nearest match omits least."""
    first, *others = parts
    ends = [end for start, end in _first_places(first, text) if not is_cut_before(text, start)]
    for part in others:
        ends = [end for start, end in _places(part, text) if _follows(text, start, ends)]
    return any(not is_cut_after(text, end) for end in ends)


def _follows(text: str, start: int, ends: list[int]) -> bool:
    """``ends`` are ascending. Two parts may share the blank between them."""
    at = bisect_right(ends, start + 1) - 1
    if at < 0 or start - ends[at] > MOST_OMITTED_CHARS:
        return False
    return not has_negation(text[ends[at] - 1 : start + 1])


def _first_places(part: str, text: str) -> list[tuple[int, int]]:
    """The first letter may change its case."""
    other = f" {part[1].swapcase()}{part[2:]}"
    return sorted({*_places(part, text), *_places(other, text)})


def _places(part: str, text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each occurrence that does not overlap the one before."""
    start = text.find(part)
    while start != -1:
        yield start, start + len(part)
        start = text.find(part, start + len(part) - 1)


@lru_cache(maxsize=256)
def _spaced(text: str) -> str:
    """Cached, because every chip of a growing answer needs its passage with each frame."""
    return f" {' '.join(_words_and_signs(text))} "


def _words_and_signs(text: str) -> list[str]:
    plain = _EMPHASIS.sub("", _BACKSLASH.sub("", _BULLET.sub("", text)))
    return _WORD_OR_SIGN.findall(unicodedata.normalize("NFC", plain.translate(_TYPOGRAPHY)))
