"""A transcript of one answer, without a database, and what a reader finds in its files."""

import io
from datetime import UTC, datetime
from typing import Any

import pypdfium2
from docx import Document

from chat.conversations.exports.as_docx import docx
from chat.conversations.exports.as_pdf import pdf
from chat.conversations.exports.transcript import (
    ExportedTurn,
    NumberedFinding,
    Transcript,
    writable,
)

MOMENT = datetime(2026, 11, 22, 13, tzinfo=UTC)


def transcript(response: str, *findings: NumberedFinding) -> Transcript:
    turn = ExportedTurn(
        question="Why?",
        asked_at=MOMENT,
        analysis_type="General",
        status="done",
        is_imported=False,
        note="",
        model="",
        analysis="",
        response=writable(response),
        findings=list(findings),
    )
    return Transcript(
        title="When?",
        asked_by="analyst",
        created_at=MOMENT,
        exported_at=MOMENT,
        turns=[turn],
    )


def word(content: Transcript) -> Any:
    return Document(io.BytesIO(docx(content)))


def pdf_text(content: Transcript) -> str:
    with pypdfium2.PdfDocument(pdf(content)) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
