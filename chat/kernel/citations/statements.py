"""Statements: the sentences of a text, each with its citations and quotes.

A quote belongs to the marker directly after it, otherwise to the sentence:

    A bank must file "no later than 30 calendar days" after that [sar-filing-deadline#due].
    A bank must file "no later than 30 calendar days" [sar-filing-deadline#due].
    > A bank must file a SAR no later than 30 calendar days … [sar-filing-deadline#due]

A marker after a full stop belongs to the sentence before it. A table row is one sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from chat.kernel.citations.markdown_blocks import (
    TextBlock,
    has_too_many_brackets,
    is_too_dense,
    text_blocks,
)
from chat.kernel.citations.markers import Marker, find_markers, without_markers
from chat.kernel.citations.markup_limit import MarkupLimit
from chat.kernel.citations.quotation_marks import GAP, Quote, find_quotes
from chat.kernel.citations.verbatim import MIN_QUOTE_WORDS, word_count

_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?", re.M)
_ENCLOSED = re.compile(r"""["“”„«»‹›‘’'「『](.*)["“”«»‹›‘’'」』][*_.,;]*""", re.S)
_SENTENCE_END = re.compile(r"""(?<![.…])[.!?]["'”’“»)*_\]]*(?=\s+[^\sa-z]|\s*\Z)|[。！？]""")
_ABBREVIATED = re.compile(
    r"\b(?:[a-z]|nos?|secs?|arts?|para|inc|corp|co|ltd|mrs?|ms|dr|vs|cf|approx|reg|fed|stat|pub"
    r"|nr|abs|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_NEXT = re.compile(r"[\s(*_—–-]*")
_TAIL = re.compile(r"[\s).,;:*_]*")


@dataclass(frozen=True, slots=True)
class InlineCitation:
    """One passage named by the marker at ``text[start:end]``, with the quote beside it."""

    passage_id: str
    quote: str | None
    start: int
    end: int
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """``quotes`` have no marker beside them; ``own_words`` are outside quotes and code."""

    citations: tuple[InlineCitation, ...]
    quotes: tuple[str, ...]
    own_words: str


def statements_of(text: str, *, plain: bool = True) -> Iterator[Statement]:
    """Statements with their markers' positions. ``plain=False`` skips many that neither cite nor
    quote.
    """
    markdown, as_written = MarkupLimit().split(text)
    is_read = not is_too_dense(markdown)
    for block in text_blocks(markdown, without_signs=plain) if is_read else ():
        yield from statements_in(block)
    if as_written or not is_read:
        yield _unread(text)


def _unread(text: str) -> Statement:
    """Stands for what is not examined, of a text too dense or behind its markup limit: none of it
    is verified.
    """
    return Statement((InlineCitation("…", None, len(text), len(text), is_odd=True),), (), "")


#: For a paragraph shown as plain text: it may contain quotes, but none were checked.
_UNREAD_BLOCK = Statement((), ("…",), "")


def find_citations(text: str) -> list[InlineCitation]:
    return [citation for each in statements_of(text, plain=False) for citation in each.citations]


def statements_in(block: TextBlock) -> Iterator[Statement]:
    if has_too_many_brackets(block.visible):
        return iter([_UNREAD_BLOCK])
    return _in_blockquote(block) if block.is_blockquote else _in_paragraph(block)


# --- Paragraphs ----------------------------------------------------------------------------------


def _in_paragraph(block: TextBlock) -> Iterator[Statement]:
    markers = find_markers(block.visible)
    quotes = find_quotes(block.visible, {marker.start for marker in markers})
    spans, beside = _beside_markers(block.visible, markers, quotes)
    taken = {quote.start for quote in beside.values()}
    ends = _sentence_ends(block.visible, markers, spans) if markers else [len(block.visible)]
    at = marker_at = span_at = 0
    for end in ends:
        marker_to, span_to = marker_at, span_at
        while marker_to < len(markers) and markers[marker_to].start < end:
            marker_to += 1
        while span_to < len(spans) and spans[span_to].start < end:
            span_to += 1
        own = markers[marker_at:marker_to]
        beside_own = [_words(block.text, beside.get(marker.start)) for marker in own]
        yield Statement(
            _citations(block.start, own, beside_own),
            tuple(_loose_quotes(block, spans[span_at:span_to], taken)),
            _own_words(block.visible, at, end, spans[span_at:span_to]),
        )
        at, marker_at, span_at = end, marker_to, span_to


def _beside_markers(
    text: str, markers: Sequence[Marker], quotes: Sequence[Quote]
) -> tuple[list[Quote], dict[int, Quote]]:
    """Quotes, split where they contain a marker, and quotes beside a marker, by its start."""
    spans, beside = list[Quote](), dict[int, Quote]()
    at = 0
    for quote in quotes:
        while at < len(markers) and markers[at].start < quote.start:
            at += 1
        start = quote.start
        while at < len(markers) and markers[at].end <= quote.end:
            spans.append(Quote(start, markers[at].start))
            beside[markers[at].start] = spans[-1]
            start, at = markers[at].end, at + 1
        spans.append(Quote(start, quote.end))
        if at < len(markers) and GAP.fullmatch(text, quote.end + 1, markers[at].start):
            beside[markers[at].start] = spans[-1]
    return spans, beside


def _sentence_ends(text: str, markers: Sequence[Marker], spans: Sequence[Quote]) -> list[int]:
    """Never inside a quote, and after any markers that follow."""
    ends, after = list[int](), 0
    starts = {marker.start: marker.end for marker in markers}
    quoted = [quote.start for quote in spans]
    for found in _SENTENCE_END.finditer(text):
        if found.start() < after:
            continue
        at = bisect_left(quoted, found.start()) - 1
        if at >= 0 and found.end() < spans[at].end:
            continue
        if _ABBREVIATED.search(text[max(0, found.end() - 8) : found.end()]):
            continue
        after = _behind_markers(text, found.end(), starts)
        ends.append(after)
    return [*ends, len(text)] if not ends or ends[-1] < len(text) else ends


def _behind_markers(text: str, end: int, markers: dict[int, int]) -> int:
    while True:
        gap = _NEXT.match(text, end)
        start = gap.end() if gap else end
        start = start if start in markers else start - 1  # a marker in brackets, "(a#b)"
        if start not in markers:
            return end
        tail = _TAIL.match(text, markers[start])
        end = tail.end() if tail else markers[start]


def _citations(
    start: int, markers: Sequence[Marker], quotes: Iterable[str | None]
) -> tuple[InlineCitation, ...]:
    """``start``: of the text with the markers; ``quotes``: one for each of them."""
    return tuple(
        InlineCitation(passage_id, quote, start + marker.start, start + marker.end, marker.is_odd)
        for marker, quote in zip(markers, quotes, strict=False)
        for passage_id in marker.passage_ids
    )


def _words(text: str, quote: Quote | None) -> str | None:
    return (_collapsed(text[quote.start : quote.end]) or None) if quote else None


def _loose_quotes(block: TextBlock, spans: Sequence[Quote], taken: set[int]) -> Iterator[str]:
    for quote in spans:
        words = _collapsed(block.text[quote.start : quote.end])
        if quote.start not in taken and _is_quote(words):
            yield words


def _is_quote(words: str) -> bool:
    return word_count(words) >= MIN_QUOTE_WORDS


def _own_words(visible: str, start: int, end: int, spans: Sequence[Quote]) -> str:
    if not spans:
        return without_markers(visible[start:end])
    parts = list[str]()
    for quote in spans:
        parts.append(visible[start : max(start, quote.start)])
        start = max(start, quote.end)
    parts.append(visible[start : max(start, end)])
    return without_markers(" … ".join(parts))


# --- Blockquotes ---------------------------------------------------------------------------------


def _in_blockquote(block: TextBlock) -> Iterator[Statement]:
    """Markers at the end of a line cite everything since the previous markers. So a blockquote can
    quote several passages, and a chip keeps its state while the blockquote grows.
    """
    line_start = segment_start = 0
    for line in block.visible.split("\n"):
        markers = find_markers(line)
        if last := _markers_at_end(line, markers):
            first = line_start + last[0].start
            segment = TextBlock(
                block.text[segment_start:first],
                block.visible[segment_start:first],
                block.start + segment_start,
            )
            yield from _in_paragraph_with_markers(segment)
            quote = _quoted_text(segment.text)
            yield Statement(_citations(block.start + line_start, last, repeat(quote)), (), "")
            segment_start = line_start + len(line)
        line_start += len(line) + 1
    rest = TextBlock(
        block.text[segment_start:], block.visible[segment_start:], block.start + segment_start
    )
    if find_markers(rest.visible):
        yield from _in_paragraph(rest)
    elif (words := _quoted_text(rest.text)) and _is_quote(words):
        yield Statement((), (words,), "")


def _in_paragraph_with_markers(segment: TextBlock) -> Iterator[Statement]:
    """Markers inside the lines of a blockquote cite only the quotes before them."""
    for statement in _in_paragraph(segment):
        if statement.citations:
            yield Statement(statement.citations, (), "")


def _markers_at_end(line: str, markers: Sequence[Marker]) -> Sequence[Marker]:
    followed_at, count = len(line), 0
    for marker in reversed(markers):
        if not GAP.fullmatch(line, marker.end, followed_at):
            break
        followed_at, count = marker.start, count + 1
    return markers[len(markers) - count :]


def _quoted_text(segment: str) -> str | None:
    """Strips markers, bullets and enclosing marks: ``"…" — (``."""
    text = _BULLET.sub("", without_markers(segment)).lstrip(" \t\n*_").rstrip(" \t\n*_(—–-")
    enclosed = _ENCLOSED.fullmatch(text)
    return _collapsed(enclosed[1] if enclosed else text) or None


def _collapsed(text: str) -> str:
    return " ".join(text.split())
