"""Citations: which passages a text cites, what it quotes, and whether the passage says so.

Rendering asks for each chip, turns ``check`` the whole answer; both come to the same state because
the rules live here once. A marker is ``[sar-filing-deadline#due]``; what it quotes stands in double
quotes before it, or is the blockquote whose line it ends:

    A bank must file "no later than 30 calendar days" after that [sar-filing-deadline#due].  (cited)
    A bank must file "no later than 30 calendar days" [sar-filing-deadline#due].            (quoted)
    > A bank must file a SAR no later than 30 calendar days … [sar-filing-deadline#due]     (quoted)

This module knows text. Of markdown it knows just enough to find paragraphs, blockquotes and code.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

CitationState = Literal["verified", "unverified", "cited"]

MARKER = re.compile(r"\[([a-z0-9-]+#[a-z0-9-]+)\]")

# Shorter "quotes" are terms in quotation marks, and fit almost any passage.
MIN_QUOTE_WORDS = 3
# How far back an opening quotation mark is looked for: bounds the work for each marker.
MAX_QUOTE_CHARS = 2_000

# Punctuation and space, but no cell border: what may stand between a quote and its marker.
_GAP = re.compile(r'(?:[^\w\[\]|"“”]|_)*')
_QUOTE_MARK = re.compile(r'["“”]')
_ENCLOSED = re.compile(r'["“](.*)["”][*_.,;]*', re.S)
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+", re.M)

_FENCE = re.compile(
    r"^[ \t>]*(`{3,}(?![^\n]*`)|~{3,}).*?(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.M | re.S
)
_CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t\r]*\n).)+?(?<!`)\1(?!`)", re.S)
_ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_BLOCKQUOTE_PREFIX = re.compile(rf"[ \t]*(?:{_ITEM})*>[> \t]*")
_BLOCK_START = re.compile(rf"[ \t]*(?:{_ITEM}|[#>|]|`{{3}}|~{{3}})")
_PARAGRAPH_BREAK = re.compile(rf"\n(?=[ \t\r]*\n|{_BLOCK_START.pattern})")


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in a text: ``text[start:end]``, and what it says the passage says."""

    passage_id: str
    quote: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CheckedCitation(Citation):
    """``verified``: quoted word for word. ``cited``: known, nothing quoted. Else ``unverified``."""

    state: CitationState


def check(text: str, passages: Mapping[str, str]) -> list[CheckedCitation]:
    """Every citation of ``text``, checked against ``passages`` (id -> text) that were read."""
    return [
        CheckedCitation(
            c.passage_id, c.quote, c.start, c.end, state_of(c.passage_id, c.quote, passages)
        )
        for c in find_citations(text)
    ]


def state_of(passage_id: str, quote: str | None, passages: Mapping[str, str]) -> CitationState:
    """A term of one or two words that the passage has is no quote: it makes no claim to check."""
    passage_text = passages.get(passage_id)
    if passage_text is None:
        return "unverified"
    if quote is None:
        return "cited"
    if is_verbatim(quote, passage_text):
        return "verified"
    parts = _parts(quote)
    is_term = _word_count(parts) < MIN_QUOTE_WORDS and _occur_in_order(parts, passage_text)
    return "cited" if is_term else "unverified"


# --- Finding -------------------------------------------------------------------------------------


def find_citations(text: str) -> list[Citation]:
    """Every marker outside code and not escaped, in order, with its quote."""
    visible = _CODE_SPAN.sub(_filler, _FENCE.sub(_filler, text))
    quoted: dict[int, str | None] = {}  # by where their marker starts
    for start, end in _blockquotes(visible):
        body = _without_prefixes(text[start:end])
        quoted |= {start + at: quote for at, quote in quotes_in_blockquote(body).items()}
    return [
        Citation(
            marker[1],
            quoted[at] if (at := marker.start()) in quoted else quote_before(text, at),
            *marker.span(),
        )
        for marker in MARKER.finditer(visible)
        if not is_escaped(visible, marker.start())
    ]


def is_escaped(text: str, start: int) -> bool:
    r"""``\[x#y]`` is text; ``\\[x#y]`` is a backslash and a marker."""
    before = text[:start]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def quote_before(text: str, start: int) -> str | None:
    """What stands in double quotes directly before ``start`` in the same paragraph."""
    if not _GAP.fullmatch(text, _last_quote_mark(text, start) + 1, start):
        return None  # the common case: no quote ends here
    paragraph = text[_paragraph_start(text, start) : start]
    visible = _CODE_SPAN.sub(_filler, paragraph)
    marks = [mark.start() for mark in _QUOTE_MARK.finditer(visible)]
    if not marks or not _GAP.fullmatch(visible, marks[-1] + 1):
        return None
    depth = 0
    for mark in reversed(marks):
        depth += -1 if _opens(visible, mark) else 1
        if depth <= 0:
            break
    return _collapsed(paragraph[mark + 1 : marks[-1]]) or None if depth == 0 else None


def quotes_in_blockquote(body: str) -> dict[int, str | None]:
    """The quote of each marker in a blockquote, by where it starts.

    ``body`` is the blockquote without its ``>`` prefixes. Markers at the end of a line cite all
    that stands since the markers before them: one blockquote may quote several passages, and a
    chip keeps its state while the blockquote grows.
    """
    quotes: dict[int, str | None] = {}
    segment_start = line_start = 0
    for line in body.split("\n"):
        markers = [marker.span() for marker in MARKER.finditer(line)]
        last = _markers_at_end(line, markers)
        for start, _ in markers[: len(markers) - len(last)]:
            quotes[line_start + start] = quote_before(body, line_start + start)
        if last:
            quote = _quoted_text(body[segment_start : line_start + last[0][0]])
            quotes |= {line_start + start: quote for start, _ in last}
            segment_start = line_start + len(line)
        line_start += len(line) + 1
    return quotes


def _markers_at_end(line: str, markers: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The last of ``markers`` (start, end), as many as only punctuation follows."""
    followed_at, count = len(line), 0
    for start, end in reversed(markers):
        if not _GAP.fullmatch(line, end, followed_at):
            break
        followed_at, count = start, count + 1
    return markers[len(markers) - count :]


def _quoted_text(segment: str) -> str | None:
    """Without markers, bullets and what may stand around the whole: ``"…" — (``."""
    text = _BULLET.sub("", MARKER.sub("", segment)).lstrip(" \t\n*_").rstrip(" \t\n*_(—–-")
    enclosed = _ENCLOSED.fullmatch(text)
    return _collapsed(enclosed[1] if enclosed else text) or None


def _blockquotes(text: str) -> Iterator[tuple[int, int]]:
    """Where each blockquote starts and ends, with lines that continue it lazily."""
    first: int | None = None
    offset = 0
    for line in text.split("\n"):
        continues = first is not None and line.strip() and not _BLOCK_START.match(line)
        if not continues and not (first is not None and line.lstrip().startswith(">")):
            if first is not None:
                yield first, offset
            first = offset if _BLOCKQUOTE_PREFIX.match(line) else None
        offset += len(line) + 1
    if first is not None:
        yield first, offset


def _last_quote_mark(text: str, end: int) -> int:
    return max(text.rfind(mark, max(0, end - MAX_QUOTE_CHARS), end) for mark in '"“”')


def _paragraph_start(text: str, end: int) -> int:
    start = max(0, end - MAX_QUOTE_CHARS)
    for paragraph_break in _PARAGRAPH_BREAK.finditer(text, start, end):
        start = paragraph_break.end()
    return start


def _opens(text: str, position: int) -> bool:
    """Whether the quotation mark at ``position`` opens a quote. Straight ones tell by context."""
    mark = text[position]
    if mark != '"':
        return mark == "“"
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not after or after.isspace():
        return False
    if before in "*_" and before:  # emphasis stands on either side of a quote
        return after.isalnum() or after in "$("
    return not before or before.isspace() or before in "([{“\"'‘-–—/:"


def _filler(code: re.Match[str]) -> str:
    """As long as the code, so that positions stay; without quotes and markers."""
    return re.sub(r"[^\n]", "`", code[0])


def _without_prefixes(blockquote: str) -> str:
    """With spaces in their place, so that positions stay."""
    return "\n".join(
        _BLOCKQUOTE_PREFIX.sub(lambda prefix: " " * len(prefix[0]), line, count=1)
        for line in blockquote.split("\n")
    )


# --- Comparing -----------------------------------------------------------------------------------

# Typography, not words: writers and models change it freely. Single and double quotation marks are
# one, because a quote in a quote changes from one to the other.
_TYPOGRAPHY = str.maketrans(dict.fromkeys('"“”„‟«»‘’‚‛ʼ´`', "'") | dict.fromkeys("‐‑‒–—―−", "-"))
_ELLIPSIS = re.compile(r"[\[(]?(?:…|\.{3,}|\. \. \.)[\])]?")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~\n])")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")


def is_verbatim(quote: str, passage_text: str) -> bool:
    """Whether the passage says ``quote`` word for word, and the quote is long enough to tell.

    White space, typography and emphasis do not count; an ellipsis leaves something out; the first
    letter may change its case. Words and numbers match whole: "5,000 in cash" is not in "25,000 in
    cash".
    """
    parts = _parts(quote)
    return _word_count(parts) >= MIN_QUOTE_WORDS and _occur_in_order(parts, passage_text)


def _parts(quote: str) -> list[str]:
    parts = [_normal(part) for part in _ELLIPSIS.split(quote)]
    if parts[-1].endswith(","):  # American usage puts the sentence's comma inside the quote
        parts[-1] = parts[-1][:-1]
    return [part for part in parts if part]


def _word_count(parts: list[str]) -> int:
    return sum(len(part.split()) for part in parts)


def _occur_in_order(parts: list[str], passage_text: str) -> bool:
    """The leftmost place for each part is enough: it leaves the most room for the next."""
    text, position = _normal(passage_text), 0
    for index, part in enumerate(parts):
        found = _whole_words(part, any_first_case=index == 0).search(text, position)
        if found is None:
            return False
        position = found.end()
    return bool(parts)


def _whole_words(part: str, *, any_first_case: bool) -> re.Pattern[str]:
    first, rest = re.escape(part[0]), re.escape(part[1:])
    if any_first_case:
        first = f"(?:{re.escape(part[0].lower())}|{re.escape(part[0].upper())})"
    start = r"(?<!\w)(?<!\d[.,])" if part[0].isalnum() else ""
    end = r"(?!\w)(?![.,]\d)" if part[-1].isalnum() else ""
    return re.compile(start + first + rest + end)


def _normal(text: str) -> str:
    text = _EMPHASIS.sub("", _BACKSLASH.sub("", _BULLET.sub("", text)))
    return _collapsed(text.translate(_TYPOGRAPHY))


def _collapsed(text: str) -> str:
    return " ".join(text.split())
