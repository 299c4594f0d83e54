r"""Escapes HTML and images in exported markdown, so that no viewer runs or loads them.

The page's own renderer ignores HTML, but exported files are opened in other programs, many of which
run HTML and fetch images. Code is left alone; links stay. ``<script>`` becomes ``\<script>``, and
``![x](url)`` becomes the link ``\![x](url)``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: In CommonMark's order: an escape, a code span, unmatched backticks, an autolink; then what must
#: be escaped.
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
    """If a renderer would still find HTML or an image, code is escaped as well."""
    escaped = _escaped(markdown)
    if any(token.type in _ACTIVE for token in _all(_WITH_HTML.parse(escaped))):
        return markdown.replace("<", "&lt;").replace("![", "!&#91;")
    return escaped


def _escaped(markdown: str) -> str:
    lines = re.sub(r"\r\n?", "\n", markdown).split("\n")
    leaves = {token.map[0]: token for token in _leaves(markdown) if token.map}
    return "\n".join(_pieces(lines, leaves))


def _leaves(markdown: str) -> Iterator[Token]:
    """Text and code blocks, parsed as if HTML did not exist."""
    for token in _WITHOUT_HTML.parse(markdown):
        if token.type in ("inline", "fence", "code_block"):
            yield token


def _pieces(lines: Sequence[str], leaves: Mapping[int, Token]) -> Iterator[str]:
    """A code span may continue over the lines of its block, but not beyond."""
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
