"""A transcript as a Word document, with Word's own styles for headings, quotes and tables."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Cm, Pt, RGBColor

from chat.conversations.exports.blocks import CODE_COLOURS, Block, Span
from chat.conversations.exports.document import write
from chat.conversations.exports.transcript import Transcript

_INDENT_CM = 0.75
_MONO = "Courier New"


def docx(transcript: Transcript) -> bytes:
    document = Document()
    document.core_properties.title = transcript.title[:255]
    document.core_properties.author = "Oliver"
    document.add_heading(transcript.title, level=0)
    write(transcript, _Page(document))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


class _Page:
    """See ``document.Page``."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def heading(self, text: str, *, level: int) -> None:
        self._document.add_heading(text, level=level)

    def line(self, spans: list[Span]) -> None:
        _write(self._document.add_paragraph(), spans)

    def byline(self, text: str) -> None:
        self.line([Span(text, italic=True)])

    def source(self, text: str) -> None:
        self._document.add_paragraph(text)

    def block(self, block: Block) -> None:
        match block.kind:
            case "table":
                self._table(block)
            case "heading":
                _write(self._document.add_heading(level=min(block.level + 2, 9)), block.spans)
            case "item":
                self._item(block)
            case "quote":
                _write(self._document.add_paragraph(style="Quote"), block.spans)
            case _:
                self.line(block.spans)

    def _item(self, block: Block) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(_INDENT_CM * block.level)
        paragraph.paragraph_format.first_line_indent = Cm(-_INDENT_CM if block.marker else 0)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_INDENT_CM * block.level))
        marker = [Span(f"{block.marker}\t")] if block.marker else []
        _write(paragraph, [*marker, *block.spans])

    def _table(self, block: Block) -> None:
        columns = max((len(row) for row in block.rows), default=0)
        if not columns:
            return
        table = self._document.add_table(rows=len(block.rows), cols=columns, style="Table Grid")
        for row, cells in zip(table.rows, block.rows, strict=True):
            for cell, spans in zip(row.cells, cells, strict=False):
                _write(cell.paragraphs[0], spans)
        self._document.add_paragraph()


def _write(paragraph: Any, spans: list[Span]) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
        if span.code:
            run.font.name, run.font.size = _MONO, Pt(9.5)
        if span.kind:
            run.font.color.rgb = RGBColor(*CODE_COLOURS[span.kind])
