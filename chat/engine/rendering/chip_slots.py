"""Citation markers in Markdown, on their way through the parser: marker -> slot -> chip.

``blocks`` installs these rules. ``reserve_chips`` (core, before inline) replaces each marker that
``kernel.citations`` finds with a slot ``[\\ue0007]`` and checks its citations; ``place_chips``
(inline) turns each slot into a chip; ``restore_markers`` (core, after inline) puts markers back
where the parser found no text: in code, or in the text for an image. A chip depends on its own
block and on the passages, never on how the text arrived.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from chat.kernel.citations import (
    CheckedInlineCitation,
    TextBlock,
    examine_block,
    has_too_many_brackets,
)

CHIP = "citation"  # the token type; its meta is the ``CheckedInlineCitation``
_SIGN = "\ue000"
SLOT = re.compile(rf"\[{_SIGN}(\d+)\]")


@dataclass(frozen=True, slots=True)
class _Slot:
    marker: str
    citations: Sequence[CheckedInlineCitation]


@dataclass(frozen=True, slots=True)
class _Text:
    """Inline tokens that form one text: a paragraph, a table row, a whole blockquote."""

    inlines: Sequence[Token]
    joint: str = ""
    is_blockquote: bool = False


def reserve_chips(state: StateCore) -> None:
    state.env["slots"] = slots = list[_Slot]()
    for text in _texts(state.tokens):
        for inline in text.inlines:
            inline.content = inline.content.replace(_SIGN, "\N{REPLACEMENT CHARACTER}")
        if any(_may_cite(inline.content) for inline in text.inlines):
            _reserve(text, examine_block(_block(text), state.env["passages"]), slots)


def place_chips(state: StateInline, silent: bool) -> bool:
    """Runs before links: a marker is a citation even if a reference has its label."""
    if state.src[state.pos] != "[":
        return False
    found = SLOT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        _push_chips(state, state.env["slots"][int(found[1])])
    state.pos = found.end()
    return True


def restore_markers(state: StateCore) -> None:
    if slots := state.env["slots"]:
        for token in state.tokens:
            _restore(token, slots)


def _may_cite(content: str) -> bool:
    return "#" in content or "[" in content or "【" in content


def _block(text: _Text) -> TextBlock:
    joined = text.joint.join(inline.content for inline in text.inlines)
    return TextBlock.of(joined, is_blockquote=text.is_blockquote)


def _texts(tokens: Sequence[Token]) -> Iterator[_Text]:
    """Nested blockquotes and the tables in them belong to the outermost one."""
    quote_depth = row_depth = 0
    together = list[Token]()
    for token in tokens:
        quote_depth += token.nesting * (token.tag == "blockquote")
        row_depth += token.nesting * (token.type in ("tr_open", "tr_close"))
        if token.type == "inline":
            together.append(token)
        if not together or quote_depth or row_depth:
            continue
        if token.tag == "blockquote":
            yield _Text(together, "\n\n", is_blockquote=True)
        else:
            yield _Text(together, " | ")
        together = []


def _reserve(text: _Text, citations: Sequence[CheckedInlineCitation], slots: list[_Slot]) -> None:
    markers = [(span, list(found)) for span, found in groupby(citations, key=_span)]
    start = first = 0
    for inline in text.inlines:
        end = start + len(inline.content)
        last = first
        while last < len(markers) and markers[last][0][1] <= end:
            last += 1
        _reserve_in(inline, start, markers[first:last], slots)
        start, first = end + len(text.joint), last


def _span(citation: CheckedInlineCitation) -> tuple[int, int]:
    return citation.start, citation.end


def _reserve_in(
    inline: Token,
    offset: int,
    markers: Sequence[tuple[tuple[int, int], list[CheckedInlineCitation]]],
    slots: list[_Slot],
) -> None:
    content, parts, done, number = inline.content, list[str](), 0, len(slots)
    bare = sum(content[start - offset] != "[" for (start, _), _ in markers)
    if has_too_many_brackets(content, more=bare):
        return
    for (start, end), citations in markers:
        parts.append(content[done : start - offset])
        done = end - offset
        parts.append(f"[{_SIGN}{number}]")
        slots.append(_Slot(content[start - offset : done], citations))
        number += 1
    inline.content = "".join(parts) + content[done:]


def _push_chips(state: StateInline, slot: _Slot) -> None:
    for number, citation in enumerate(slot.citations):
        if number:
            state.push("text", "", 0).content = " "
        token = state.push(CHIP, "", 0)
        token.content = "" if number else slot.marker
        token.meta = {"citation": citation}


def _restore(token: Token, slots: Sequence[_Slot]) -> None:
    if _SIGN in token.content:
        token.content = SLOT.sub(lambda found: slots[int(found[1])].marker, token.content)
    for child in token.children or ():
        _restore(child, slots)
