"""Whether a passage contains a quote verbatim.

White space, typography and emphasis are ignored, and the first letter may change case. Words and
numbers match whole: "5,000 in cash" is not in "25,000 in cash". An ellipsis may omit a little of
the passage, but no negation (see ``negation``), between consecutive parts of three or more words.

Both texts are normalised to have a space on either side of each word, number and sign. All work is
linear in the length of quote and passage.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from chat.kernel.citations.negation import has_negation, is_cut_after, is_cut_before

# Shorter "quotes" are terms in quotation marks, and match almost any passage.
MIN_QUOTE_WORDS = 3
# Limit of an omission: one long sentence, so that distant places are not joined.
MOST_OMITTED_CHARS = 300

# Typography that writers and models change freely. Single and double quotation marks are equal,
# because a quote within a quote switches between them.
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
#: (start, end) in a normalised text; and the same with the places of all earlier parts.
_Place = tuple[int, int]
_Chain = tuple[_Place, "_Chain | None"]

_WORD_OR_SIGN = re.compile(r"\d+(?:[.,]\d+)+\w*|\w+(?:'\w+)*|[^\w\s]")


#: First and last word or sign of a part, as indices into ``words_and_signs``.
WordSpan = tuple[int, int]


def is_verbatim(quote: str, passage_text: str) -> bool:
    return bool(word_spans(quote, passage_text))


def word_count(text: str) -> int:
    return sum(word[0].isalnum() for word in words_and_signs(text))


def word_spans(quote: str, passage_text: str) -> tuple[WordSpan, ...]:
    """Where the passage contains the quote, one span for each part; empty if not verbatim."""
    find = _word_spans if len(quote) > _KEPT_CHARS else _kept_word_spans
    return find(quote, passage_text)


def is_verbatim_term(quote: str, passage_text: str) -> bool:
    parts = _parts(quote)
    if len(parts) != 1 or not 0 < _word_count(parts[0]) < MIN_QUOTE_WORDS:
        return False
    return bool(_occur_in_order(parts, _spaced(passage_text)))


def _word_spans(quote: str, passage_text: str) -> tuple[WordSpan, ...]:
    parts = _parts(quote)
    if not parts or any(_word_count(part) < MIN_QUOTE_WORDS for part in parts):
        return ()
    text = _spaced(passage_text)
    places = _occur_in_order(parts, text)
    return tuple((text.count(" ", 0, at), text.count(" ", 0, end) - 2) for at, end in places)


# A growing answer's chips are checked for each frame, and again for the verdict.
_kept_word_spans = lru_cache(maxsize=2_048)(_word_spans)
_KEPT_CHARS = 1_000


def _parts(quote: str) -> list[str]:
    parts = [" ".join(words_and_signs(part)) for part in _ELLIPSIS.split(quote)]
    parts[-1] = parts[-1].removesuffix(",").rstrip()  # US style puts the comma inside
    return [f" {part} " for part in parts if part]


def _word_count(part: str) -> int:
    return sum(word[0].isalnum() for word in part.split())


def _occur_in_order(parts: list[str], text: str) -> list[_Place]:
    """Each part within reach of the previous one. The nearest match omits least."""
    first, *others = parts
    chains: list[_Chain] = [
        (place, None) for place in _first_places(first, text) if not is_cut_before(text, place[0])
    ]
    for part in others:
        ends = [place[1] for place, _ in chains]
        followed = ((_followed(text, place[0], ends), place) for place in _places(part, text))
        chains = [(place, chains[at]) for at, place in followed if at is not None]
    return next((_unchained(chain) for chain in chains if not is_cut_after(text, chain[0][1])), [])


def _unchained(chain: _Chain | None) -> list[_Place]:
    places = list[_Place]()
    while chain is not None:
        place, chain = chain
        places.append(place)
    return places[::-1]


def _followed(text: str, start: int, ends: list[int]) -> int | None:
    """The one of the ascending ``ends`` it follows. Two parts may share the space between them."""
    at = bisect_right(ends, start + 1) - 1
    if at < 0 or start - ends[at] > MOST_OMITTED_CHARS:
        return None
    return None if has_negation(text[ends[at] - 1 : start + 1]) else at


def _first_places(part: str, text: str) -> list[_Place]:
    other = f" {part[1].swapcase()}{part[2:]}"
    return sorted({*_places(part, text), *_places(other, text)})


def _places(part: str, text: str) -> Iterator[_Place]:
    start = text.find(part)
    while start != -1:
        yield start, start + len(part)
        start = text.find(part, start + len(part) - 1)


@lru_cache(maxsize=256)
def _spaced(text: str) -> str:
    """Cached: every chip of a growing answer needs its passage for each frame."""
    return f" {' '.join(words_and_signs(text))} "


def words_and_signs(text: str) -> list[str]:
    plain = _EMPHASIS.sub("", _BACKSLASH.sub("", _BULLET.sub("", text)))
    return _WORD_OR_SIGN.findall(unicodedata.normalize("NFC", plain.translate(_TYPOGRAPHY)))


def places_of_words(text: str) -> list[tuple[int, int]]:
    """Start and end in ``text`` of each of its ``words_and_signs``."""
    kept, at = text, list(range(len(text)))
    for pattern in (_BULLET, _BACKSLASH, _EMPHASIS):
        removed = {place for found in pattern.finditer(kept) for place in range(*found.span())}
        at = [place for number, place in enumerate(at) if number not in removed]
        kept = "".join(char for number, char in enumerate(kept) if number not in removed)
    plain = [(char, place) for each, place in zip(kept, at, strict=True) for char in _plain(each)]
    words = _WORD_OR_SIGN.finditer("".join(char for char, _ in plain))
    return [(plain[found.start()][1], plain[found.end() - 1][1] + 1) for found in words]


def _plain(char: str) -> str:
    return char.translate(_TYPOGRAPHY)
