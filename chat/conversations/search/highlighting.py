"""Highlights search terms in the original text with ``<mark>``. Everything else is escaped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chat.conversations.search.terms import Term
from chat.kernel.citations import MARKER
from chat.kernel.search_words import LONGEST_WORD, PlacedWord, is_plain, placed_words

#: About two lines of the sidebar.
_EXCERPT_CHARS = 110
_BEFORE_CHARS = 30
#: Only the first occurrences in a long document are considered.
_MOST_PLACES = 200

#: Markdown syntax, which excerpts leave out.
_MARKUP = re.compile(r"[*`#>|~]+|(?<!\w)_+|_+(?!\w)|^[ \t]*(?:[-+]|-{3,})[ \t]", re.MULTILINE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a term, extended to the whole word if it matched a prefix."""

    start: int
    end: int
    term: Term


def marked(text: str, terms: Sequence[Term]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in _parts(text, terms)))


def excerpt(text: str, terms: Sequence[Term]) -> SafeString:
    """The part of the text with the most different terms; empty if there is none."""
    plain = _SPACE.sub(" ", _MARKUP.sub("", MARKER.sub("", text))).strip()
    start = _best_start(plain, terms)
    if start is None:
        return SafeString("")
    end = start + _EXCERPT_CHARS
    cut = plain[start:end]
    if end < len(plain) and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    before, after = "…" if start else "", "…" if start + len(cut) < len(plain) else ""
    return format_html("{}{}{}", before, marked(cut, terms), after)


def places_of(text: str, terms: Sequence[Term]) -> Iterator[Place]:
    """Yields non-overlapping places in order."""
    if not terms:
        return
    if is_plain(text):  # Most texts are, and a regular expression takes a tenth of the time.
        for found in _pattern_of(tuple(terms)).finditer(text.lower()):
            yield Place(*found.span(), terms[(found.lastindex or 1) - 1])
    else:
        yield from _places_among_words(text, terms)


@lru_cache(maxsize=200)
def _pattern_of(terms: Sequence[Term]) -> re.Pattern[str]:
    choices = "|".join(f"({_term_pattern(term)})" for term in terms)
    return re.compile(rf"(?<![a-z0-9])(?:{choices})")


def _term_pattern(term: Term) -> str:
    *whole, last = term.words
    start = "".join(f"{word}{_rest_of(word)}[^a-z0-9]+" for word in whole)
    return f"{start}{last}{'[a-z0-9]*' if term.is_prefix else _rest_of(last)}"


def _rest_of(word: str) -> str:
    """What may follow a whole word: only the first ``LONGEST_WORD`` characters are indexed."""
    return "[a-z0-9]*" if len(word) == LONGEST_WORD else "(?![a-z0-9])"


def _places_among_words(text: str, terms: Sequence[Term]) -> Iterator[Place]:
    words, end = list(placed_words(text)), 0
    beginnings = tuple(term.words[0] for term in terms)
    for at, word in enumerate(words):
        if word.start < end or not word.word.startswith(beginnings):
            continue
        place = next(filter(None, (_place_at(words, at, term) for term in terms)), None)
        if place:
            yield place
            end = place.end


def _place_at(words: Sequence[PlacedWord], at: int, term: Term) -> Place | None:
    *whole, last = term.words
    here = words[at : at + len(term.words)]
    if len(here) < len(term.words) or [word.word for word in here[:-1]] != whole:
        return None
    found = here[-1]
    if found.word == last:
        return Place(here[0].start, found.end, term)
    if not (term.is_prefix and found.word.startswith(last)):
        return None
    return Place(here[0].start, found.first_end, term)


def _parts(text: str, terms: Sequence[Term]) -> Iterator[str | SafeString]:
    end = 0
    for place in places_of(text, terms):
        yield text[end : place.start]
        yield format_html("<mark>{}</mark>", text[place.start : place.end])
        end = place.end
    yield text[end:]


def _best_start(text: str, terms: Sequence[Term]) -> int | None:
    """Start shortly before the stretch with the most different terms."""
    places = list(islice(places_of(text, terms), _MOST_PLACES))
    if not places:
        return None
    window = _EXCERPT_CHARS - _BEFORE_CHARS

    def different_terms(place: Place) -> int:
        near = (p for p in places if place.start <= p.start and p.end < place.start + window)
        return len({p.term for p in near})

    first = max(places, key=different_terms).start
    if first <= _BEFORE_CHARS:
        return 0
    space = text.find(" ", first - _BEFORE_CHARS, first)
    return first if space == -1 else space + 1
