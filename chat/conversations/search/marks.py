"""Texts with the words that were searched for in ``<mark>``.

The text comes from people and models: all of it is escaped, only the marks are HTML.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chat.conversations.search.terms import places_of
from chat.kernel.citations import MARKER

#: About two lines of the sidebar.
_EXCERPT_CHARS = 110
_BEFORE_CHARS = 30
#: A word in a long document occurs often; the best place is among the first.
_MOST_PLACES = 200

#: What markdown writes around words. Text in an excerpt is plain.
_MARKUP = re.compile(r"[*`#>|~]+|(?<!\w)_+|_+(?!\w)|^[ \t]*(?:[-+]|-{3,})[ \t]", re.MULTILINE)
_SPACE = re.compile(r"\s+")


def marked(text: str, terms: Sequence[str]) -> SafeString:
    """The whole text with its marks."""
    return format_html_join("", "{}", ((part,) for part in _parts(text, terms)))


def excerpt(text: str, terms: Sequence[str]) -> SafeString:
    """The place of the text where most of the terms stand together; empty if none does."""
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


def count_of(text: str, terms: Sequence[str]) -> int:
    """How many of the terms the text has."""
    return len({found.lastindex for found in _places(text, terms)})


def _parts(text: str, terms: Sequence[str]) -> Iterator[str | SafeString]:
    end = 0
    for found in places_of(text, terms):
        yield text[end : found.start()]
        yield format_html("<mark>{}</mark>", found[0])
        end = found.end()
    yield text[end:]


def _best_start(text: str, terms: Sequence[str]) -> int | None:
    """Where an excerpt begins: shortly before the window that has the most different terms."""
    places = _places(text, terms)
    if not places:
        return None
    window = _EXCERPT_CHARS - _BEFORE_CHARS

    def different_terms(place: re.Match[str]) -> int:
        near = (
            p for p in places if place.start() <= p.start() and p.end() < place.start() + window
        )
        return len({p.lastindex for p in near})

    first = max(places, key=different_terms).start()
    if first <= _BEFORE_CHARS:
        return 0
    space = text.find(" ", first - _BEFORE_CHARS, first)
    return first if space == -1 else space + 1


def _places(text: str, terms: Sequence[str]) -> list[re.Match[str]]:
    return list(islice(places_of(text, terms), _MOST_PLACES))
