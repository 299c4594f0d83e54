"""Markdown as a flat list of blocks, for formats that are no text: Word and PDF.

HTML in markdown is text. Links keep their address in brackets, pictures only their description.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chat.kernel.code_highlighting import pieces_of

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Span:
    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    kind: str = ""  # of a piece of code, see ``chat.kernel.code_highlighting``


#: Red, green and blue of the pieces of code, on white paper.
CODE_COLOURS = {
    "comment": (102, 107, 112),
    "keyword": (43, 86, 127),
    "string": (11, 93, 90),
    "inserted": (11, 93, 90),
    "name": (124, 82, 0),
    "value": (157, 36, 25),
    "deleted": (157, 36, 25),
}


@dataclass(frozen=True)
class Block:
    """``level`` is a heading's, or how deep an item lies; an item's first block has a marker."""

    kind: Literal["paragraph", "heading", "item", "quote", "code", "table"]
    spans: list[Span] = field(default_factory=list)
    level: int = 0
    marker: str = ""
    rows: list[list[list[Span]]] = field(default_factory=list)


def code_of(code: str, language: str) -> Block:
    """Code in its colours, where the language is known."""
    pieces = pieces_of(code.rstrip("\n"), language)
    return Block("code", [Span(piece.text, code=True, kind=piece.kind) for piece in pieces])


def blocks_of(markdown: str) -> list[Block]:
    return list(_Walk().blocks(_PARSER.parse(markdown)))


class _Walk:
    """One pass over the tokens, with what surrounds the current one."""

    def __init__(self) -> None:
        self._lists: list[int | None] = []  # the next number; None for bullets
        self._marker = ""
        self._quotes = 0
        self._heading = 0
        self._rows: list[list[list[Span]]] | None = None

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        for token in tokens:
            match token.type:
                case "inline" if self._rows is not None:
                    self._rows[-1].append(spans_of(token))
                case "inline":
                    yield self._text(spans_of(token))
                case "fence" | "code_block":
                    yield code_of(token.content, (token.info.split() or [""])[0])
                case "table_close":
                    yield Block("table", rows=self._rows or [])
                    self._rows = None
                case _:
                    self._enter(token)

    def _enter(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._marker = self._next_marker()
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "table_open":
                self._rows = []
            case "tr_open" if self._rows is not None:
                self._rows.append([])

    def _next_marker(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "•"
        self._lists[-1] = number + 1
        return f"{number}."

    def _text(self, spans: list[Span]) -> Block:
        if self._heading:
            return Block("heading", spans, level=self._heading)
        if self._lists:
            marker, self._marker = self._marker, ""
            return Block("item", spans, level=len(self._lists), marker=marker)
        return Block("quote" if self._quotes else "paragraph", spans)


def spans_of(inline: Token) -> list[Span]:
    """The pieces of a paragraph, each with its face."""
    spans, face, links = list[Span](), Span(""), list[str]()
    for token in inline.children or []:
        match token.type:
            case "strong_open" | "strong_close":
                face = replace(face, bold=token.nesting > 0)
            case "em_open" | "em_close":
                face = replace(face, italic=token.nesting > 0)
            case "link_open":
                links.append(str(token.attrs.get("href", "")))
            case "link_close" if (address := links.pop()) and address != spans[-1].text:
                spans.append(replace(face, text=f" ({address})"))
            case "code_inline":
                spans.append(replace(face, text=token.content, code=True))
            case "softbreak":
                spans.append(replace(face, text=" "))
            case "hardbreak":
                spans.append(replace(face, text="\n"))
            case "text" | "image":
                spans.append(replace(face, text=token.content))
    return [span for span in spans if span.text]
