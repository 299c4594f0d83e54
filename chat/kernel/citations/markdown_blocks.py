"""The parts of Markdown that citations need: paragraphs, table rows, blockquotes, code.

A single pass in linear time that keeps positions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(
    r"^[ \t>]*(`{3,}(?![^\n]*`)|~{3,}).*?(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.M | re.S
)
_CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t\r]*\n).)+?(?<!`)\1(?!`)", re.S)
_ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_BLOCKQUOTE_PREFIX = re.compile(rf"[ \t]*(?:{_ITEM})*>[> \t]*")
_BLOCK_START = re.compile(rf"[ \t]*(?:{_ITEM}|[#>|]|`{{3}}|~{{3}})")
_PARAGRAPH_END = re.compile(rf"\n(?=[ \t\r]*\n|{_BLOCK_START.pattern})")


#: May begin or end a marker, a quote or a sentence.
_SIGN = re.compile("[\\[【#\"“”„‟＂'‘’‚‛«»‹›「」『』.!?。！？]")
#: Far more than any real text has, yet few enough to check on the event loop.
_MOST_SIGNS = 10_000


#: A paragraph with more "[" is shown as plain text: far more than any real text has, yet few enough
#: for Markdown rules that look ahead from each one.
_MAX_BRACKETS = 300
_ALERT = re.compile(r"[ \t]*\[![A-Za-z]+\][ \t]*(?:\n|\Z)")  # ``> [!NOTE]`` is not a quote


def has_too_many_brackets(paragraph: str, *, more: int = 0) -> bool:
    """``more``: brackets still to come. Above the limit, brackets are plain text."""
    return paragraph.count("[") + more > _MAX_BRACKETS


def is_too_dense(text: str) -> bool:
    """Only a looping model or an attacker writes this many signs."""
    return len(_SIGN.findall(text)) > _MOST_SIGNS


@dataclass(frozen=True, slots=True)
class TextBlock:
    """``text`` begins at ``start`` of its source. ``visible`` has code blanked out."""

    text: str
    visible: str
    start: int = 0
    is_blockquote: bool = False

    @classmethod
    def of(cls, text: str, *, is_blockquote: bool = False) -> "TextBlock":
        """A standalone block from a Markdown parser; a blockquote comes without its ``>``."""
        return cls(text, _without_code(text), is_blockquote=is_blockquote)


def text_blocks(text: str, *, without_signs: bool = True) -> Iterator[TextBlock]:
    """All blocks, or only those that may contain a marker or a quote."""
    visible = _without_code(_FENCE.sub(_filler, text))
    done = 0
    for start, end in _blockquotes(visible):
        yield from _paragraphs(text, visible, done, start, without_signs=without_signs)
        body = _without_prefixes(text[start:end])
        yield TextBlock(
            body,
            _without_prefixes(visible[start:end]),
            start,
            is_blockquote=not _ALERT.match(body),
        )
        done = end
    yield from _paragraphs(text, visible, done, len(text), without_signs=without_signs)


def _paragraphs(
    text: str, visible: str, start: int, end: int, *, without_signs: bool
) -> Iterator[TextBlock]:
    for found in _PARAGRAPH_END.finditer(visible, start, end):
        if without_signs or _SIGN.search(visible, start, found.start()):
            yield TextBlock(text[start : found.start()], visible[start : found.start()], start)
        start = found.start()
    if without_signs or _SIGN.search(visible, start, end):
        yield TextBlock(text[start:end], visible[start:end], start)


def _blockquotes(text: str) -> Iterator[tuple[int, int]]:
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


def _without_code(text: str) -> str:
    return _CODE_SPAN.sub(_filler, text) if "`" in text else text


def _filler(code: re.Match[str]) -> str:
    """As long as the code, to keep positions, but without quotes and markers."""
    return re.sub(r"[^\n]", "`", code[0])


def _without_prefixes(blockquote: str) -> str:
    """Replaces them with spaces, to keep positions."""
    return "\n".join(
        _BLOCKQUOTE_PREFIX.sub(lambda prefix: " " * len(prefix[0]), line, count=1)
        for line in blockquote.split("\n")
    )
