"""A transcript as PDF, with letters embedded: Latin, Greek, Cyrillic, symbols (DejaVu).

What the fonts lack (Chinese, emoji) shows as boxes; the other formats hold every text.
"""

import logging
from pathlib import Path

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from chat.code import unfenced
from chat.exports.as_markdown import byline, source_line
from chat.exports.blocks import CODE_COLOURS, Block, Span, blocks_of, code_of
from chat.exports.transcript import Exchange, Transcript

_FONTS = Path(__file__).parent / "fonts"
_SANS, _MONO = "DejaVu", "DejaVu Mono"
_SIZE_PT, _LINE_MM = 10.0, 5.4
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
    for exchange in transcript.exchanges:
        _exchange(document, exchange)
    return bytes(document.output())


def _exchange(document: _Document, exchange: Exchange) -> None:
    _heading(document, _("Question"), 1)
    for line in exchange.question.splitlines():
        _line(document, [Span(line)])
    document.set_text_color(*_FAINT)
    _line(document, [Span(byline(exchange))], size_pt=8.5)
    document.set_text_color(*_INK)
    if exchange.note:
        _line(document, [Span(exchange.note, bold=True)])
    _section(document, _("Analysis"), exchange.analysis)
    if exchange.findings:
        _heading(document, _("Findings"), 2)
    for finding in exchange.findings:
        _line(document, [Span(f"{finding.title} ({finding.severity_label})", bold=True)])
        _markdown(document, finding.explanation)
    _section(document, _("Answer"), exchange.response)
    for artifact in exchange.artifacts:
        _heading(document, f"{artifact.title} ({artifact.kind_label})", 2)
        if artifact.is_code:
            _block(document, code_of(*unfenced(artifact.content, title=artifact.title)))
        else:
            _markdown(document, artifact.content)
    if exchange.sources:
        _heading(document, _("Sources"), 2)
    for source in exchange.sources:
        _line(document, [Span(source_line(source))], size_pt=8.5)


def _section(document: _Document, heading: str, text: str) -> None:
    if text:
        _heading(document, heading, 2)
        _markdown(document, text)


def _markdown(document: _Document, text: str) -> None:
    for block in blocks_of(text):
        _block(document, block)


def _block(document: _Document, block: Block) -> None:
    match block.kind:
        case "table":
            _table(document, block)
        case "heading":
            _line(document, [Span(span.text, bold=True) for span in block.spans], size_pt=11)
        case "item":
            _line(document, block.spans, indent=block.level, marker=block.marker)
        case "quote":
            _line(document, [Span(s.text, s.bold, True, s.code) for s in block.spans], indent=1)
        case _:
            _line(document, block.spans)


def _heading(document: _Document, text: str, level: int) -> None:
    document.ln(3 if level == 2 else 6)
    _line(document, [Span(text, bold=True)], size_pt=_HEADING_PT[level])


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
