"""Blocks: renders Markdown to HTML in one go, and finds where the last block of a text begins.

``markdown`` calls this for each piece of a streaming text. The HTML is safe by construction: no raw
HTML, links only to http, https and mailto, nothing loaded from elsewhere, no ``style`` attributes
(the page's CSP would drop them). ``h1`` and ``h2`` are reserved for the page.
"""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from chat.engine.rendering.bounds import bounded_inline, bounded_table
from chat.engine.rendering.chip_slots import CHIP, place_chips, reserve_chips, restore_markers
from chat.engine.rendering.citation_chips import PassageLabel, chip_html
from chat.engine.rendering.code_blocks import code_block
from chat.engine.rendering.gfm import OPTIONS, enable_gfm
from chat.engine.rendering.letter_lines import keep_letter_lines
from chat.engine.rendering.safe_links import plain_text, with_safe_links
from chat.kernel.citations import marker_at

#: Link definitions by normalised label, as markdown-it keeps them. The first one wins.
References = dict[str, Any]
_Env = MutableMapping[str, Any]
_InlineRule = Callable[[StateInline, bool], bool]

#: A host with percent-encoded characters is not a host: no browser opens it.
_SAFE_LINK = re.compile(r"https?://[^\s/?#%]+(?:[/?#]|\Z)|mailto:\S", re.I)
_LINE_BREAK = re.compile(r"<br ?/?>", re.I)
_DEFINITION_START = re.compile(r"[ \t>*+\-\d.)]*\[")  # also in a list or a blockquote
#: One-line paragraphs without any possible markup, like most tails of a streaming answer.
_PLAIN_LINE = r"[A-Za-z][A-Za-z0-9 .,;:'\"()?!%/$@+={}^\u00a1-\u024f\u2010-\u2027\u20ac-]*"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n\n+{_PLAIN_LINE})*\n*")
_ADDRESS = re.compile(r"www\.|https?:|mailto:|@")
_HEADING_SHIFT = 2


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading outside lists and quotes; ``level`` counts from 1."""

    id: str
    level: int
    text: str


@dataclass(slots=True)
class Headings:
    """Numbers the headings' ids, so a model cannot choose them."""

    prefix: str  # empty: no ids
    before: int = 0  # headings in the text before this source
    found: list[Heading] = field(default_factory=list)

    def add(self, opening: Token, inline: Token) -> None:
        number = self.before + len(self.found) + 1
        opening.attrSet("id", f"{self.prefix}{number}")
        said = [token for token in inline.children or [] if token.type != CHIP]
        text = " ".join(plain_text(said).split())
        self.found.append(Heading(f"{self.prefix}{number}", int(opening.tag[1]), text))


def render_blocks(
    source: str,
    *,
    references: References,
    passages: Mapping[str, PassageLabel],
    headings: Headings | None = None,
    keeps_lines: bool = False,
    is_final: bool = True,
) -> str:
    """Render to HTML, and add the link definitions to ``references``.

    ``keeps_lines``: keep all single line breaks, as in a letter.

    ``is_final``: highlight code. A growing block is not highlighted, because each frame would do
    all of it again.
    """
    if _PLAIN.fullmatch(source) and not _ADDRESS.search(source):
        return _plain_paragraphs(source)
    parser = _parser()
    env: _Env = {
        "references": references,
        "passages": passages,
        "headings": headings if headings and headings.prefix else None,
        "keeps_lines": keeps_lines,
        "is_final": is_final,
    }
    return str(parser.render(source, env))


def _plain_paragraphs(source: str) -> str:
    """The parser's result for a fiftieth of its CPU."""
    lines = (line.rstrip() for line in source.split("\n"))
    return "".join(f"<p>{escapeHtml(line)}</p>\n" for line in lines if line)


def last_block_start(source: str) -> int:
    """Offset at which the last top-level block begins; 0 when there is none.

    ``source`` must end with a whole line. All blocks before the offset are complete: no later text
    changes them, except link definitions that arrive later. A block that may contain a link
    definition is complete only at a blank line: until then its label or title may continue over
    what looks like a heading, and out of its list.

        [a]: https://example.com 'a title that
        ===
        ends here'
    """
    lines = source.split("\n")
    start_line = 0
    for line in _block_lines(source):
        if not lines[line - 1].strip(" \t") or not _may_define(lines[start_line:line]):
            start_line = line
    return sum(len(line) + 1 for line in lines[:start_line])


def _block_lines(source: str) -> Iterator[int]:
    tokens: list[Token] = []
    _parser().block.parse(source, _parser(), {}, tokens)
    for token in tokens:
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            yield token.map[0]


def _may_define(lines: list[str]) -> bool:
    return any(_DEFINITION_START.match(line) for line in lines)


# --- The parser ----------------------------------------------------------------------------------


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (markdown-it's name)
        return _SAFE_LINK.match(url) is not None


@cache
def _parser() -> _Parser:
    """One for all texts: parsing keeps its state in ``env``."""
    parser = _Parser("js-default", {"html": False, "inline_definitions": True, **OPTIONS})
    enable_gfm(parser)
    parser.block.ruler.at("reference", _reference_unless_citation)
    parser.block.ruler.at("table", bounded_table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.at("link", _where_closed(link))
    parser.inline.ruler.at("image", _where_closed(image))
    parser.inline.ruler.before("link", CHIP, place_chips)
    parser.inline.ruler.before("autolink", "line_break", _line_break)
    parser.core.ruler.at("inline", bounded_inline)
    parser.core.ruler.after("block", "drop_definitions", _drop_definitions)
    parser.core.ruler.before("inline", "reserve_chips", reserve_chips)
    parser.core.ruler.push("restore_markers", restore_markers)
    parser.core.ruler.push("adapt_to_page", _adapt_to_page)
    parser.add_render_rule(CHIP, _render_citation)
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("table_open", _render_table_open)
    parser.add_render_rule("table_close", _render_table_close)
    return parser


def _reference_unless_citation(
    state: StateBlock, start_line: int, end_line: int, silent: bool
) -> bool:
    """``[sar#due]: Yes.`` is a sentence. As a link definition it would not be shown."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if marker_at(state.src, start):
        return False
    return reference(state, start_line, end_line, silent)


def _where_closed(rule: _InlineRule) -> _InlineRule:
    """Skips the rule for an unclosed "[": markdown-it would scan the rest of the text for each.

    A looping model may write thousands of them (16,000: 1 s for one render, now 50 ms).
    """

    def rule_where_closed(state: StateInline, silent: bool) -> bool:
        return state.src.find("]", state.pos, state.posMax) >= 0 and rule(state, silent)

    return rule_where_closed


def _line_break(state: StateInline, silent: bool) -> bool:
    """``<br>``, the one tag that models write: the only way to break a line in a table cell."""
    tag = _LINE_BREAK.match(state.src, state.pos, state.posMax)
    if tag is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = tag.end()
    return True


def _drop_definitions(state: StateCore) -> None:
    """``_block_lines`` needs these tokens; the renderer would write a tag for them."""
    state.tokens = [token for token in state.tokens if token.type != "definition"]


def _adapt_to_page(state: StateCore) -> None:
    headings: Headings | None = state.env.get("headings")
    for at, token in enumerate(state.tokens):
        if headings and token.type == "heading_open" and token.level == 0:
            headings.add(token, state.tokens[at + 1])
        if token.type == "inline":
            token.children = with_safe_links(token.children or [])
            keep_letter_lines(token.children, all_lines=state.env.get("keeps_lines", False))
        elif token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _HEADING_SHIFT)}"
        elif token.type in ("th_open", "td_open"):
            _align_by_class(token)


def _align_by_class(cell: Token) -> None:
    style = str(cell.attrs.pop("style", ""))
    if style:
        cell.attrSet("class", f"align-{style.removeprefix('text-align:')}")


# --- Render rules: their first argument is the renderer ------------------------------------------


def _render_citation(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: _Env
) -> str:
    return chip_html(tokens[index].meta["citation"], env["passages"])


def _render_fence(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: _Env
) -> str:
    token = tokens[index]
    words = token.info.split(maxsplit=1)
    return code_block(token.content, words[0] if words else "", coloured=env.get("is_final", True))


def _render_table_open(*_: object) -> str:
    """Wrapped in a scrolling box: screen readers do not read a scrolling table as a table."""
    return '<div class="wide"><table>\n'


def _render_table_close(*_: object) -> str:
    return "</table></div>\n"
