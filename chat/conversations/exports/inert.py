"""Markdown that brings no HTML and no pictures, whatever renders it: for exported files.

On the page our renderer takes no HTML. An exported file is opened by somebody else's, and many run
what HTML they find and fetch pictures. So both are escaped here, outside of code, where they are
text anyway: ``<script>`` -> ``\\<script>``, ``![x](url)`` -> ``\\![x](url)``, a link. Links stay.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Left to right, as CommonMark reads: an escape, a code span, backticks that open none, an address
#: in angle brackets; then what is to be escaped.
_PARTS = re.compile(
    r"\\[\s\S]"
    r"|(?P<ticks>`+)(?!`)[\s\S]*?(?<!`)(?P=ticks)(?!`)"
    r"|`+"
    r"|<(?:https?://|mailto:)[^\s<>]*>"
    r"|(?P<active><(?=[A-Za-z/!?])|!\[)"
)
_WITHOUT_HTML = MarkdownIt("commonmark", {"html": False})
_WITH_HTML = MarkdownIt("commonmark").enable("table")
_ACTIVE = {"html_block", "html_inline", "image"}


def inert(markdown: str) -> str:
    """The same text, for readers. Should a renderer still see something, code is escaped too."""
    escaped = _escaped(markdown)
    if any(token.type in _ACTIVE for token in _all(_WITH_HTML.parse(escaped))):
        return markdown.replace("<", "&lt;").replace("![", "!&#91;")
    return escaped


def _escaped(markdown: str) -> str:
    lines = re.sub(r"\r\n?", "\n", markdown).split("\n")
    leaves = {token.map[0]: token for token in _leaves(markdown) if token.map}
    return "\n".join(_pieces(lines, leaves))


def _leaves(markdown: str) -> Iterator[Token]:
    """Blocks of text and of code; as they are once no HTML is left to begin one of its own."""
    for token in _WITHOUT_HTML.parse(markdown):
        if token.type in ("inline", "fence", "code_block"):
            yield token


def _pieces(lines: Sequence[str], leaves: Mapping[int, Token]) -> Iterator[str]:
    """A code span may reach over the lines of its block, and not further."""
    at = 0
    while at < len(lines):
        leaf = leaves.get(at)
        end = max(leaf.map[1], at + 1) if leaf and leaf.map else at + 1
        piece = "\n".join(lines[at:end])
        yield piece if leaf and leaf.type != "inline" else _PARTS.sub(_escape, piece)
        at = end


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if match["active"] else match[0]


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())
