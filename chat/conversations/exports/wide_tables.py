"""Tables too wide for a page are written row by row, one line per cell."""

from collections.abc import Iterator
from dataclasses import replace

from chat.conversations.exports.blocks import Block, Span

#: In characters: the width of a page, and the longest word that is not broken in a cell.
_PAGE_CHARS, WORD_CHARS = 84, 18
_CELL_MARGIN_CHARS = 3


def fits_page(table: Block) -> bool:
    """Whether the longest word of every column has room."""
    widths = [0] * max((len(row) for row in table.rows), default=0)
    for row in table.rows:
        for column, spans in enumerate(row):
            words = "".join(span.text for span in spans).split()
            widths[column] = max([widths[column], *map(len, words)])
    return sum(min(width, WORD_CHARS) + _CELL_MARGIN_CHARS for width in widths) <= _PAGE_CHARS


def records(table: Block) -> Iterator[list[Span]]:
    """Yields ``heading: cell`` lines, or only the headings if the table has no rows."""
    headings = [[replace(span, bold=True) for span in cell] for cell in table.rows[0]]
    if len(table.rows) == 1:
        yield from headings
    for row in table.rows[1:]:
        for heading, cell in zip(headings, row, strict=False):
            yield [*heading, Span(": "), *cell]
