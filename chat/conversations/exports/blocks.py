"""Parses markdown into a flat list of blocks, for Word and PDF.

HTML is kept as text, except ``<br>``. Links are followed by their address in parentheses; images
become their description. A footnote begins with its label. Each block knows its depth in lists and
notes, its quote depth and its list marker.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from markdown_it.token import Token

from chat.conversations.exports.markdown_tokens import tokens_of
from chat.engine.rendering.gfm import alert_title
from chat.engine.rendering.letter_lines import keep_letter_lines
from chat.kernel.code_highlighting import pieces_of

_LINE_BREAK = re.compile(r"<br\s*/?>", re.I)
_CHECKBOX = re.compile(r"\[([ xX])\][ \u00a0]")
_LEAVES_MARKER_ALONE = {
    "list_item_close",
    "bullet_list_open",
    "ordered_list_open",
    "footnote_reference_open",
}


@dataclass(frozen=True)
class Span:
    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    kind: str = ""  # of highlighted code, see ``chat.kernel.code_highlighting``
    strike: bool = False
    superscript: bool = False


#: RGB colours of highlighted code, on white paper.
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
class Marker:
    """What precedes a list item. ``list_id`` distinguishes the lists of one text."""

    list_id: int
    number: int | None = None
    checked: bool | None = None

    def __str__(self) -> str:
        number = "" if self.number is None else f"{self.number}."
        box = "" if self.checked is None else "☑" if self.checked else "☐"
        return " ".join(part for part in (number, box) if part) or "•"


@dataclass(frozen=True)
class Block:
    """``level`` is for headings. Only the first block of a list item has a marker."""

    kind: Literal["paragraph", "heading", "code", "table", "rule"]
    spans: list[Span] = field(default_factory=list)
    level: int = 0
    rows: list[list[list[Span]]] = field(default_factory=list)
    depth: int = 0
    quotes: int = 0
    marker: Marker | None = None


def code_of(code: str, language: str) -> Block:
    """Highlighted if the language is known."""
    pieces = pieces_of(code.rstrip("\n"), language)
    return Block("code", [Span(piece.text, code=True, kind=piece.kind) for piece in pieces])


def blocks_of(markdown: str, *, keeps_lines: bool = False) -> list[Block]:
    """``keeps_lines`` keeps single line breaks, as between the To and From lines of a letter."""
    return list(_Walk(line_break="\n" if keeps_lines else " ").blocks(tokens_of(markdown)))


@dataclass
class _List:
    list_id: int
    next_number: int | None  # None for bullets


class _Walk:
    def __init__(self, *, line_break: str) -> None:
        self._line_break = line_break
        self._lists: list[_List] = []
        self._lists_begun = 0
        self._marker: Marker | None = None
        self._quotes = 0
        self._notes_open = 0
        self._note_label = list[Span]()  # of the footnote that was just opened
        self._alert = ""  # title of the alert that was just opened
        self._heading = 0
        self._rows: list[list[list[Span]]] | None = None

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        for token in tokens:
            yield from self._mark_left_alone(token)
            match token.type:
                case "inline" if self._rows is not None:
                    self._rows[-1].append(spans_of(token))
                case "inline" if self._alert:
                    yield self._placed(Block("paragraph", [Span(self._alert, bold=True)]))
                    self._alert = ""
                case "inline":
                    yield self._text(spans_of(token, line_break=self._line_break))
                case "fence" | "code_block":
                    yield self._placed(code_of(token.content, (token.info.split() or [""])[0]))
                case "hr":
                    yield self._placed(Block("rule"))
                case "table_close":
                    yield self._placed(Block("table", rows=self._rows or []))
                    self._rows = None
                case _:
                    self._enter(token)

    def _mark_left_alone(self, token: Token) -> Iterator[Block]:
        """The marker of an item, or the label of a note, that no text follows at once."""
        if self._marker and token.type in _LEAVES_MARKER_ALONE:
            yield self._placed(Block("paragraph"))
        if self._note_label and token.type not in ("paragraph_open", "inline"):
            yield self._text([])

    def _enter(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "bullet_list_open":
                self._begin_list(None)
            case "ordered_list_open":
                self._begin_list(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._marker = self._next_marker()
            case "blockquote_open" | "blockquote_close" | "alert_open" | "alert_close":
                self._quotes += token.nesting
                self._alert = alert_title(token.meta["kind"]) if token.type == "alert_open" else ""
            case "footnote_reference_open":
                self._notes_open += 1
                label = str(token.meta["label"])
                self._note_label = [Span(label, superscript=True), Span(" ")]
            case "footnote_reference_close":
                self._notes_open -= 1
            case "table_open":
                self._rows = []
            case "tr_open" if self._rows is not None:
                self._rows.append([])

    def _begin_list(self, first_number: int | None) -> None:
        self._lists_begun += 1
        self._lists.append(_List(self._lists_begun, first_number))

    def _next_marker(self) -> Marker:
        surrounding = self._lists[-1]
        number = surrounding.next_number
        if number is not None:
            surrounding.next_number = number + 1
        return Marker(surrounding.list_id, number)

    def _text(self, spans: list[Span]) -> Block:
        if self._heading:
            return self._placed(Block("heading", spans, level=self._heading))
        if self._marker and spans and (box := _CHECKBOX.match(spans[0].text)):
            self._marker = replace(self._marker, checked=box[1] != " ")
            spans = [replace(spans[0], text=spans[0].text[box.end() :]), *spans[1:]]
        spans, self._note_label = [*self._note_label, *spans], []
        return self._placed(Block("paragraph", spans))

    def _placed(self, block: Block) -> Block:
        marker, self._marker = self._marker, None
        depth = len(self._lists) + self._notes_open
        return replace(block, depth=depth, quotes=self._quotes, marker=marker)


def spans_of(inline: Token, *, line_break: str = " ") -> list[Span]:
    keep_letter_lines(inline.children or [])
    spans, style = list[Span](), Span("")
    links = list[tuple[str, int]]()  # address, index of the first span of its text
    for token in inline.children or []:
        is_open = token.nesting > 0
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=is_open)
            case "em_open" | "em_close":
                style = replace(style, italic=is_open)
            case "s_open" | "s_close":
                style = replace(style, strike=is_open)
            case "link_open":
                links.append((str(token.attrs.get("href", "")), len(spans)))
            case "link_close":
                address, start = links.pop()
                text = "".join(span.text for span in spans[start:])
                if address not in ("", text, f"mailto:{text}"):
                    spans.append(replace(style, text=f" ({address})" if text else address))
            case "code_inline":
                spans.append(replace(style, text=token.content, code=True))
            case "softbreak":
                spans.append(replace(style, text=line_break))
            case "hardbreak":
                spans.append(replace(style, text="\n"))
            case "image":
                address = str(token.attrs.get("src", ""))
                spans.append(replace(style, text=token.content or address))
            case "footnote_ref":
                label = str(token.meta["label"])
                spans.append(replace(style, text=label, superscript=True))
            case "text":
                spans.append(replace(style, text=_LINE_BREAK.sub("\n", token.content)))
    return [span for span in spans if span.text]
