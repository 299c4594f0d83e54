"""Finds citation markers and their quotes in markdown.

Knows just enough markdown to tell paragraphs, blockquotes and code. A single pass in linear time,
however many markers and quotation marks there are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKER = re.compile(r"\[([a-z0-9-]+#[a-z0-9-]+)\]")

# From the opening quotation mark to the marker.
MAX_QUOTE_CHARS = 2_000

# A paragraph with more "[" is shown as it was written: far more than anybody writes, few enough for
# the rules of markdown that look ahead from each.
_MAX_BRACKETS = 300

# Punctuation and space, but no cell border: what may stand between a quote and its marker.
_GAP = re.compile(r'(?:[^\w\[\]|"“”]|_)*')
_ENCLOSED = re.compile(r'["“](.*)["”][*_.,;]*', re.S)
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?", re.M)
_ALERT = re.compile(r"[ \t]*\[![A-Za-z]+\][ \t]*(?:\n|\Z)")  # ``> [!NOTE]`` quotes nobody

_FENCE = re.compile(
    r"^[ \t>]*(`{3,}(?![^\n]*`)|~{3,}).*?(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.M | re.S
)
_CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t\r]*\n).)+?(?<!`)\1(?!`)", re.S)
_ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_BLOCKQUOTE_PREFIX = re.compile(rf"[ \t]*(?:{_ITEM})*>[> \t]*")
_BLOCK_START = re.compile(rf"[ \t]*(?:{_ITEM}|[#>|]|`{{3}}|~{{3}})")
_PARAGRAPH = re.compile(rf"(?:(?!\n(?:[ \t\r>]*\n|[ \t>]*(?:{_ITEM}|[#|]|`{{3}}|~{{3}}))).)+", re.S)
_LANDMARK = re.compile(
    rf"(?P<paragraph>\n(?=[ \t\r]*\n|{_BLOCK_START.pattern}))"
    rf'|(?P<marker>{MARKER.pattern})|(?P<quotation_mark>["“”])'
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker at ``text[start:end]``, with its quote."""

    passage_id: str
    quote: str | None
    start: int
    end: int


def find_citations(text: str) -> list[Citation]:
    """Markers outside code that are not escaped, in order."""
    visible = _without_crowds(_without_code(_FENCE.sub(_filler, text)))
    quotes: dict[int, str | None] = {**_quotes_before_markers(text, visible)}
    for start, end in _blockquotes(visible):
        body = _without_prefixes(text[start:end])
        if _ALERT.match(body):
            continue
        quotes |= {start + at: quote for at, quote in quotes_in_blockquote(body).items()}
    return [
        Citation(marker[1], quotes.get(marker.start()), *marker.span())
        for marker in MARKER.finditer(visible)
        if not is_escaped(visible, marker.start())
    ]


def has_too_many_brackets(paragraph: str) -> bool:
    """So many that they are none of markdown's, nor citations."""
    return paragraph.count("[") > _MAX_BRACKETS


def is_escaped(text: str, start: int) -> bool:
    r"""``\[x#y]`` is text; ``\\[x#y]`` is a backslash and a marker."""
    first = start
    while first > 0 and text[first - 1] == "\\":
        first -= 1
    return (start - first) % 2 == 1


def quotes_before_markers(text: str) -> dict[int, str]:
    """Quotes in double quotation marks directly before a marker, by the marker's start."""
    return _quotes_before_markers(text, _without_code(text))


def _quotes_before_markers(text: str, visible: str) -> dict[int, str]:
    """``visible`` is ``text`` without code. Quote and marker are in the same paragraph."""
    quotes: dict[int, str] = {}
    opened: list[int] = []
    closed: tuple[int, int] | None = None  # the marks of the quote that ended last
    for found in _LANDMARK.finditer(visible):
        at = found.start()
        if found.lastgroup == "paragraph":
            opened, closed = [], None
        elif found.lastgroup == "marker":
            if closed and _is_beside(visible, closed, at):
                quotes[at] = _collapsed(text[closed[0] + 1 : closed[1]])
            closed = None
        elif _opens(visible, at):
            opened.append(at)
            closed = None
        else:
            closed = (opened.pop(), at) if opened else None
    return {at: quote for at, quote in quotes.items() if quote}


def _is_beside(text: str, marks: tuple[int, int], marker: int) -> bool:
    return marker - marks[0] <= MAX_QUOTE_CHARS and bool(_GAP.fullmatch(text, marks[1] + 1, marker))


def quotes_in_blockquote(body: str) -> dict[int, str | None]:
    """The quote of each marker in a blockquote, by the marker's start.

    ``body`` has no ``>`` prefixes. Markers at the end of a line cite everything since the previous
    markers, so one blockquote may quote several passages, and a chip keeps its state while the
    blockquote grows.
    """
    quotes: dict[int, str | None] = {}
    before = quotes_before_markers(body)
    segment_start = line_start = 0
    for line in body.split("\n"):
        markers = [marker.span() for marker in MARKER.finditer(line)]
        last = _markers_at_end(line, markers)
        for start, _ in markers[: len(markers) - len(last)]:
            quotes[line_start + start] = before.get(line_start + start)
        if last:
            quote = _quoted_text(body[segment_start : line_start + last[0][0]])
            quotes |= {line_start + start: quote for start, _ in last}
            segment_start = line_start + len(line)
        line_start += len(line) + 1
    return quotes


def _markers_at_end(line: str, markers: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The last of ``markers`` (start, end) that only punctuation follows."""
    followed_at, count = len(line), 0
    for start, end in reversed(markers):
        if not _GAP.fullmatch(line, end, followed_at):
            break
        followed_at, count = start, count + 1
    return markers[len(markers) - count :]


def _quoted_text(segment: str) -> str | None:
    """Without markers, bullets and enclosing marks: ``"…" — (``."""
    text = _BULLET.sub("", MARKER.sub("", segment)).lstrip(" \t\n*_").rstrip(" \t\n*_(—–-")
    enclosed = _ENCLOSED.fullmatch(text)
    return _collapsed(enclosed[1] if enclosed else text) or None


def _blockquotes(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each blockquote, including lazy continuation lines."""
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


def _opens(text: str, position: int) -> bool:
    """Whether the quotation mark at ``position`` opens a quote. Straight ones depend on context."""
    mark = text[position]
    if mark != '"':
        return mark == "“"
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not after or after.isspace():
        return False
    if before in "*_" and before:  # emphasis may be on either side of a quote
        return after.isalnum() or after in "$("
    return not before or before.isspace() or before in "([{“\"'‘-–—/:"


def _without_code(text: str) -> str:
    return _CODE_SPAN.sub(_filler, text)


def _without_crowds(text: str) -> str:
    if not has_too_many_brackets(text):
        return text
    return _PARAGRAPH.sub(
        lambda found: _filler(found) if has_too_many_brackets(found[0]) else found[0], text
    )


def _filler(code: re.Match[str]) -> str:
    """Same length as the code, to keep positions, but without quotes and markers."""
    return re.sub(r"[^\n]", "`", code[0])


def _without_prefixes(blockquote: str) -> str:
    """Replaced with spaces, to keep positions."""
    return "\n".join(
        _BLOCKQUOTE_PREFIX.sub(lambda prefix: " " * len(prefix[0]), line, count=1)
        for line in blockquote.split("\n")
    )


def _collapsed(text: str) -> str:
    return " ".join(text.split())
