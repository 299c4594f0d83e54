"""Writes a transcript as a Word document with Word's own styles, lists, checkboxes and tables."""

from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.coreprops import CoreProperties
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from chat.conversations.exports.blocks import CODE_COLOURS, Block, Marker, Span
from chat.conversations.exports.direction import is_right_to_left
from chat.conversations.exports.document import write
from chat.conversations.exports.docx_elements import (
    DEEPEST_LIST,
    Lists,
    add_checkbox,
    mark_right_to_left,
)
from chat.conversations.exports.transcript import Transcript
from chat.conversations.exports.wide_tables import fits_page, records

_INDENT_CM = 0.75
_MOST_INDENTS = 12
_MONO = "Courier New"


def docx(transcript: Transcript) -> bytes:
    document = Document()
    _describe(document.core_properties, transcript.title, transcript.exported_at)
    document.add_heading(transcript.title, level=0)
    write(transcript, _Page(document))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(properties: CoreProperties, title: str, moment: datetime) -> None:
    """Replace the author and the date of python-docx's template."""
    properties.title = title[:255]
    properties.author = properties.last_modified_by = "Oliver"
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.comments = ""


class _Page:
    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._lists = Lists(document)

    def heading(self, text: str, *, level: int) -> None:
        self._document.add_heading(text, level=level)

    def line(self, spans: list[Span]) -> None:
        _write(self._paragraph(), spans)

    def note(self, text: str) -> None:
        self.line([Span(text, italic=True)])

    def blocks(self, blocks: list[Block]) -> None:
        self._lists.begin_text()
        for block in blocks:
            match block.kind:
                case "table":
                    self._table(block)
                case "heading":
                    paragraph = self._document.add_heading(level=min(block.level + 2, 9))
                    self._place(paragraph, block)
                case "rule":
                    self.line([Span("―" * 10)])
                case _:
                    style = "Quote" if block.quotes and block.kind == "paragraph" else None
                    self._place(self._paragraph(style), block)

    def _paragraph(self, style: str | None = None) -> Paragraph:
        """Like ``add_paragraph``, which scans the whole document each time."""
        element = OxmlElement("w:p")
        self._document.element.body[-1].addprevious(element)  # the last element is the page setup
        paragraph = Paragraph(element, self._document._body)
        paragraph.style = style
        return paragraph

    def _place(self, paragraph: Paragraph, block: Block) -> None:
        """Indent the paragraph by its lists and quotes, then write its marker and text."""
        indents = min(block.depth + max(block.quotes - 1, 0), _MOST_INDENTS)
        if indents:
            paragraph.paragraph_format.left_indent = Cm(_INDENT_CM * indents)
        if block.marker is None:
            _write(paragraph, block.spans)
            return
        paragraph.paragraph_format.first_line_indent = Cm(-_INDENT_CM)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_INDENT_CM * indents))
        _write(paragraph, [*self._mark(paragraph, block.marker, block.depth), *block.spans])

    def _mark(self, paragraph: Paragraph, marker: Marker, depth: int) -> list[Span]:
        """Use Word's list or checkbox; below ``DEEPEST_LIST`` return the marker as text."""
        if depth > DEEPEST_LIST:
            return [Span(f"{marker}\t")]
        if marker.checked is None or marker.number is not None:
            self._lists.number(paragraph, marker, depth=depth)
        if marker.checked is None:
            return []
        add_checkbox(paragraph, checked=marker.checked)
        return [Span("\t" if marker.number is None else " ")]

    def _table(self, block: Block) -> None:
        if block.marker is not None:  # Word cannot number a table
            self._place(self._paragraph(), block)
        if not fits_page(block):
            for spans in records(block):
                self.line(spans)
            return
        columns = max(len(row) for row in block.rows)
        table = self._document.add_table(rows=0, cols=columns, style="Table Grid")
        for number, row in enumerate(block.rows):
            for cell, spans in zip(table.add_row().cells, row, strict=False):
                _write(cell.paragraphs[0], spans, bold=number == 0)
        self._paragraph()


def _write(paragraph: Paragraph, spans: list[Span], *, bold: bool = False) -> None:
    right_to_left = is_right_to_left("".join(span.text for span in spans))
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or bold or None, span.italic or None
        run.font.strike = span.strike or None
        run.font.superscript = span.superscript or None
        if span.code:
            run.font.name, run.font.size = _MONO, Pt(9.5)
        if span.kind:
            run.font.color.rgb = RGBColor(*CODE_COLOURS[span.kind])
    if right_to_left:
        mark_right_to_left(paragraph)
