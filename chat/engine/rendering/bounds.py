"""Bounds on the cost of one block, because rendering blocks the event loop of all streams.

Some parser rules scan the rest of the text for each "[" or cell. The bounds depend only on the
block, so it renders the same whether it streams or is complete.
"""

from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from chat.kernel.citations import has_too_many_brackets

#: Far more than any real text has.
_MAX_COLUMNS, _MAX_CELLS = 100, 1_500


def bounded_inline(state: StateCore) -> None:
    """Core rule instead of ``inline``: a text with too many brackets is shown as plain text."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if has_too_many_brackets(token.content):
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def bounded_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule: too many columns make a paragraph; rows beyond the bound are joined into one."""
    start = state.bMarks[start_line]
    columns = state.src.count("|", start, state.eMarks[start_line]) + 1
    if columns > _MAX_COLUMNS:
        return False
    last_line = start_line + 2 + _MAX_CELLS // columns
    return table(state, start_line, min(end_line, last_line), silent)


def as_written(text: str) -> str:
    """Lines and blanks kept."""
    return f'<div class="as-written">{escapeHtml(text)}</div>\n' if text else ""
