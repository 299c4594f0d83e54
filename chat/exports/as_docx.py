"""A transcript as a Word document, with Word's own styles for headings, quotes and tables."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.shared import Cm, Pt, RGBColor

from chat.code import unfenced
from chat.exports.as_markdown import byline, source_line
from chat.exports.blocks import CODE_COLOURS, Block, Span, blocks_of, code_of
from chat.exports.transcript import Exchange, Transcript

_INDENT_CM = 0.75
_MONO = "Courier New"


def docx(transcript: Transcript) -> bytes:
    document = Document()
    document.core_properties.title = transcript.title[:255]
    document.core_properties.author = "Oliver"
    document.add_heading(transcript.title, level=0)
    for exchange in transcript.exchanges:
        _exchange(document, exchange)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _exchange(document: Any, exchange: Exchange) -> None:
    document.add_heading(_("Question"), level=1)
    for line in exchange.question.splitlines():
        document.add_paragraph(line)
    _write(document.add_paragraph(), [Span(byline(exchange), italic=True)])
    if exchange.note:
        _write(document.add_paragraph(), [Span(exchange.note, bold=True)])
    _section(document, _("Analysis"), exchange.analysis)
    if exchange.findings:
        document.add_heading(_("Findings"), level=2)
    for finding in exchange.findings:
        _write(
            document.add_paragraph(),
            [Span(f"{finding.title} ({finding.severity_label})", bold=True)],
        )
        _markdown(document, finding.explanation)
    _section(document, _("Answer"), exchange.response)
    for artifact in exchange.artifacts:
        document.add_heading(f"{artifact.title} ({artifact.kind_label})", level=2)
        if artifact.is_code:
            _block(document, code_of(*unfenced(artifact.content, title=artifact.title)))
        else:
            _markdown(document, artifact.content)
    if exchange.sources:
        document.add_heading(_("Sources"), level=2)
    for source in exchange.sources:
        document.add_paragraph(source_line(source))


def _section(document: Any, heading: str, text: str) -> None:
    if text:
        document.add_heading(heading, level=2)
        _markdown(document, text)


def _markdown(document: Any, text: str) -> None:
    for block in blocks_of(text):
        _block(document, block)


def _block(document: Any, block: Block) -> None:
    match block.kind:
        case "table":
            _table(document, block)
        case "heading":
            _write(document.add_heading(level=min(block.level + 2, 9)), block.spans)
        case "item":
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Cm(_INDENT_CM * block.level)
            paragraph.paragraph_format.first_line_indent = Cm(-_INDENT_CM if block.marker else 0)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_INDENT_CM * block.level))
            marker = [Span(f"{block.marker}\t")] if block.marker else []
            _write(paragraph, [*marker, *block.spans])
        case "quote":
            _write(document.add_paragraph(style="Quote"), block.spans)
        case _:
            _write(document.add_paragraph(), block.spans)


def _table(document: Any, block: Block) -> None:
    columns = max((len(row) for row in block.rows), default=0)
    if not columns:
        return
    table = document.add_table(rows=len(block.rows), cols=columns, style="Table Grid")
    for row, cells in zip(table.rows, block.rows, strict=True):
        for cell, spans in zip(row.cells, cells, strict=False):
            _write(cell.paragraphs[0], spans)
    document.add_paragraph()


def _write(paragraph: Any, spans: list[Span]) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
        if span.code:
            run.font.name, run.font.size = _MONO, Pt(9.5)
        if span.kind:
            run.font.color.rgb = RGBColor(*CODE_COLOURS[span.kind])
