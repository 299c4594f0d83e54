"""A transcript as PDF, with letters embedded: Latin, Greek, Cyrillic, symbols (DejaVu).

What the fonts lack (Chinese, emoji) shows as boxes; the other formats hold every text.
"""

import logging
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from chat.conversations.exports.blocks import CODE_COLOURS, Block, Span
from chat.conversations.exports.document import write
from chat.conversations.exports.transcript import Transcript

_FONTS = Path(__file__).parent / "fonts"
_SANS, _MONO = "DejaVu", "DejaVu Mono"
_SIZE_PT, _SMALL_PT, _LINE_MM = 10.0, 8.5, 5.4
_INDENT_MM = 7.0
_HEADING_PT = {1: 14.0, 2: 12.0}
_INK, _FAINT = (28, 31, 34), (102, 107, 112)

# They tell every letter that is embedded or missing.
for _name in ("fontTools", "fpdf"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class _Document(FPDF):
    """A4 with page numbers and Oliver's faces."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.add_font(_SANS, "", _FONTS / "DejaVuSans.ttf")
        self.add_font(_SANS, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.add_font(_SANS, "I", _FONTS / "DejaVuSans-Oblique.ttf")
        self.add_font(_MONO, "", _FONTS / "DejaVuSansMono.ttf")
        self.set_title(title)
        self.set_creator("Oliver")
        self.set_margins(22, 20, 22)
        self.set_auto_page_break(auto=True, margin=20)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_SANS, "", 8)
        self.set_text_color(*_FAINT)
        self.cell(0, 5, str(self.page_no()), align="C")
        self.set_text_color(*_INK)


def pdf(transcript: Transcript) -> bytes:
    document = _Document(transcript.title)
    _line(document, [Span(transcript.title, bold=True)], size_pt=17)
    write(transcript, _Page(document))
    return bytes(document.output())


class _Page:
    """See ``document.Page``."""

    def __init__(self, document: _Document) -> None:
        self._document = document

    def heading(self, text: str, *, level: int) -> None:
        self._document.ln(3 if level == 2 else 6)
        _line(self._document, [Span(text, bold=True)], size_pt=_HEADING_PT[level])

    def line(self, spans: list[Span]) -> None:
        _line(self._document, spans)

    def byline(self, text: str) -> None:
        self._document.set_text_color(*_FAINT)
        self.source(text)
        self._document.set_text_color(*_INK)

    def source(self, text: str) -> None:
        _line(self._document, [Span(text)], size_pt=_SMALL_PT)

    def block(self, block: Block) -> None:
        match block.kind:
            case "table":
                _table(self._document, block)
            case "heading":
                bold = [Span(span.text, bold=True) for span in block.spans]
                _line(self._document, bold, size_pt=11)
            case "item":
                _line(self._document, block.spans, indent=block.level, marker=block.marker)
            case "quote":
                slanted = [Span(s.text, s.bold, True, s.code) for s in block.spans]
                _line(self._document, slanted, indent=1)
            case _:
                self.line(block.spans)


def _line(
    document: _Document,
    spans: list[Span],
    *,
    size_pt: float = _SIZE_PT,
    indent: int = 0,
    marker: str = "",
) -> None:
    """A paragraph; a marker stands before it in its indent."""
    margin = document.l_margin
    height = _LINE_MM * size_pt / _SIZE_PT
    if marker:
        document.set_font(_SANS, "", size_pt)
        document.set_x(margin + _INDENT_MM * (indent - 1) + 1.5)
        document.cell(_INDENT_MM - 1.5, height, marker, new_x=XPos.LEFT, new_y=YPos.TOP)
    document.set_left_margin(margin + _INDENT_MM * indent)
    document.set_x(document.l_margin)
    for span in spans:
        _face(document, span, size_pt)
        colour = document.text_color
        if span.kind:
            document.set_text_color(*CODE_COLOURS[span.kind])
        document.write(height, span.text)
        document.text_color = colour
    document.set_left_margin(margin)
    document.ln(height + 1.5)


def _face(document: _Document, span: Span, size_pt: float) -> None:
    if span.code:
        document.set_font(_MONO, "", size_pt * 0.92)
    else:
        document.set_font(_SANS, "B" if span.bold else "I" if span.italic else "", size_pt)


def _table(document: _Document, block: Block) -> None:
    columns = max((len(row) for row in block.rows), default=0)
    if not columns:
        return
    document.set_font(_SANS, "", _SIZE_PT - 1)
    with document.table(
        line_height=_LINE_MM, headings_style=FontFace(emphasis="BOLD"), padding=1
    ) as table:
        for cells in block.rows:
            row = table.row()
            for spans in cells:
                row.cell("".join(span.text for span in spans))
            for _ in range(columns - len(cells)):
                row.cell("")
    document.ln(2)
