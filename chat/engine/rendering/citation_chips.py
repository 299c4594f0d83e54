"""Citation chips: ``[slug#id]`` in markdown becomes a link that opens the passage.

``blocks`` installs ``mark_citations`` (inline) and ``attach_quotes`` (core) into its parser and
calls ``chip_html`` for each chip. A chip's state depends on its own block and on the passages that
were read, never on how the text arrived. Markers in code stay text, because code is no inline text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from chat.kernel.answer import Answer
from chat.kernel.citations import (
    MARKER,
    CitationState,
    quotes_before_markers,
    quotes_in_blockquote,
    state_of,
)

_CHIP = "citation"  # the token type


@dataclass(frozen=True, slots=True)
class PassageLabel:
    """What a chip shows of a passage that was read: its number from 1, its note's title."""

    number: int
    title: str
    text: str


def labels_of(answer: Answer) -> dict[str, PassageLabel]:
    """What the citation chips of an answer need to know of its passages."""
    return {
        passage.id: PassageLabel(number=number, title=passage.title, text=passage.text)
        for number, passage in enumerate(answer.passages, start=1)
    }


class Labels:
    """The labels of one turn for all its texts: made once, and changed by nobody."""

    def __init__(self) -> None:
        self._passages: object = None
        self._labels: Mapping[str, PassageLabel] = {}

    def of(self, answer: Answer) -> Mapping[str, PassageLabel]:
        if answer.passages is not self._passages:  # each change of an answer's list makes a new one
            self._passages, self._labels = answer.passages, labels_of(answer)
        return self._labels


# A chip in the open tail is rendered with each frame, and ``reverse`` would be most of its cost.
# Bounded, because a model may make up ids.
@lru_cache(maxsize=1_000)
def note_url(slug: str, anchor: str) -> str:
    """The page of a note, at its passage: ``/library/sar-filing-deadline/#due``."""
    return f"{reverse('library-note', args=(slug,))}#{anchor}"


@lru_cache(maxsize=1_000)
def passage_url(slug: str, anchor: str) -> str:
    """The fragment of one passage, for the canvas: ``/library/passages/…/due/``."""
    return reverse("library-passage", args=(slug, anchor))


# --- Parsing -------------------------------------------------------------------------------------


def mark_citations(state: StateInline, silent: bool) -> bool:
    """Inline rule, before links: a marker is a citation whatever references are defined."""
    if state.src[state.pos] != "[":
        return False
    marker = MARKER.match(state.src, state.pos, state.posMax)
    if marker is None:
        return False
    if not silent:
        token = state.push(_CHIP, "", 0)
        token.content = marker[0]
        token.meta = {"passage_id": marker[1], "start": marker.start(), "quote": None}
    state.pos = marker.end()
    return True


def attach_quotes(state: StateCore) -> None:
    """Core rule, after inline parsing: give each chip what it quotes.

    A paragraph's chips look for a quote before them, those of a blockquote quote its lines. Nested
    blockquotes belong to the outermost.
    """
    depth, quoted = 0, list[Token]()
    for token in state.tokens:
        if token.tag == "blockquote":
            depth += token.nesting
        elif token.type == "inline" and depth:
            quoted.append(token)
        elif token.type == "inline":
            _attach_quotes_in_paragraph(token)
        if quoted and not depth:
            _attach_quotes_in_blockquote(quoted)
            quoted = []


def _attach_quotes_in_paragraph(inline: Token) -> None:
    if chips := list(_chips(inline)):
        quotes = quotes_before_markers(inline.content)
        for chip in chips:
            chip.meta["quote"] = quotes.get(chip.meta["start"])


def _attach_quotes_in_blockquote(inlines: list[Token]) -> None:
    quotes = quotes_in_blockquote("\n\n".join(inline.content for inline in inlines))
    offset = 0
    for inline in inlines:
        for chip in _chips(inline):
            chip.meta["quote"] = quotes.get(offset + chip.meta["start"])
        offset += len(inline.content) + len("\n\n")


def _chips(inline: Token) -> Iterator[Token]:
    return (child for child in inline.children or () if child.type == _CHIP)


# --- Rendering -----------------------------------------------------------------------------------


def chip_html(chip: Token, passages: Mapping[str, PassageLabel]) -> str:
    """``<a class="citation" … data-state="verified">1</a>``; unverified ones say so in words."""
    passage_id: str = chip.meta["passage_id"]
    quote: str | None = chip.meta["quote"]
    slug, _, anchor = passage_id.partition("#")
    passage = passages.get(passage_id)
    state = state_of(passage_id, quote, {passage_id: passage.text} if passage else {})
    label = str(passage.number) if passage else "?"
    if state == "unverified":
        label += f' <span class="unverified">{escapeHtml(gettext("unverified"))}</span>'
    return (
        f'<a class="citation" href="{escapeHtml(note_url(slug, anchor))}"'
        f' hx-get="{escapeHtml(passage_url(slug, anchor))}" hx-target="#canvas"'
        f' hx-swap="innerHTML" data-state="{state}"'
        f' title="{escapeHtml(_title(passage, state))}">{label}</a>'
    )


def _title(passage: PassageLabel | None, state: CitationState) -> str:
    if passage is None:
        return gettext("This passage was not read")
    if state == "unverified":
        return gettext("{title}. This quote is not in the passage").format(title=passage.title)
    return passage.title
