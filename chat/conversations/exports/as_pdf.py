"""Lays out a transcript as JSON, which ``typeset.py`` turns into a PDF (``transcript.typ``).

The embedded fonts cover Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Chinese,
Japanese, Korean and emoji. Other characters appear as boxes, and a note at the end lists them.
"""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from chat.conversations.exports.blocks import CODE_COLOURS, Block, Span
from chat.conversations.exports.direction import is_right_to_left
from chat.conversations.exports.document import write
from chat.conversations.exports.fonts import FAMILIES, MONO, missing_from
from chat.conversations.exports.transcript import Transcript
from chat.conversations.exports.wide_tables import WORD_CHARS, fits_page, records
from chat.kernel.errors import OliverError

logger = logging.getLogger(__name__)

_TYPESETTER = Path(__file__).with_name("typeset.py")
_TIMEOUT_S = 150
_MOST_REASON_CHARS = 2_000

#: Characters that fit on a line of A4.
_LINE_CHARS, _HEADING_CHARS, _CODE_CHARS = 60, 36, 76
#: CJK text can already break anywhere.
_UNBROKEN = r"[^\s\u2e80-\ud7ff\uf900-\ufaff]{%d}(?=\S)"
_MOST_MISSING = 50


def pdf(transcript: Transcript) -> bytes:
    page = _Page()
    write(transcript, page)
    page.note_missing_characters(transcript.title)
    return _typeset(
        {
            "title": _breakable(transcript.title, _HEADING_CHARS),
            "language": (get_language() or "en")[:2],
            "timestamp": int(transcript.exported_at.timestamp()),
            "families": FAMILIES,
            "mono": MONO,
            "blocks": page.written,
        }
    )


class PdfUnavailable(OliverError):
    """The typesetter exceeded its time or memory limit."""

    code = "pdf_unavailable"
    http_status = 503
    default_message = gettext_lazy(
        "This conversation could not be exported as PDF. Export it as Word or Markdown instead."
    )


def _typeset(content: dict[str, object]) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 (our own program, the text is its input)
            [sys.executable, "-I", str(_TYPESETTER)],
            input=json.dumps(content).encode(),
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except subprocess.SubprocessError as error:
        reason = (getattr(error, "stderr", None) or b"").decode(errors="replace")
        logger.error("No PDF was made: %s %s", error, reason[-_MOST_REASON_CHARS:])
        raise PdfUnavailable from error
    return done.stdout


class _Page:
    def __init__(self) -> None:
        self.written: list[dict[str, object]] = []

    def heading(self, text: str, *, level: int) -> None:
        self._add("heading", [Span(text)], level=level)

    def line(self, spans: list[Span]) -> None:
        self._add("paragraph", spans)

    def note(self, text: str) -> None:
        self._add("note", [Span(text)])

    def blocks(self, blocks: list[Block]) -> None:
        for block in blocks:
            place: dict[str, object] = {
                "depth": block.depth,
                "quotes": block.quotes,
                "marker": None if block.marker is None else str(block.marker),
            }
            match block.kind:
                case "table" if fits_page(block):
                    self._add("table", [], rows=[_cells(row) for row in block.rows], **place)
                case "table":
                    self._records(block, place)
                case "heading":
                    self._add("heading", block.spans, level=min(block.level + 2, 6), **place)
                case _:
                    self._add(block.kind, block.spans, **place)

    def note_missing_characters(self, title: str) -> None:
        missing = missing_from(title + json.dumps(self.written, ensure_ascii=False))
        if missing:
            codes = ", ".join(f"U+{ord(char):04X}" for char in missing[:_MOST_MISSING])
            codes += "…" if len(missing) > _MOST_MISSING else ""
            text = _("Boxes mark characters that this PDF cannot show: {codes}")
            self.note(text.format(codes=codes))

    def _records(self, block: Block, place: dict[str, object]) -> None:
        for spans in records(block):
            self._add("paragraph", spans, **place)
            place = place | {"marker": None}

    def _add(self, kind: str, spans: list[Span], **more: object) -> None:
        most = {"code": _CODE_CHARS, "heading": _HEADING_CHARS}.get(kind, _LINE_CHARS)
        self.written.append(
            {
                "kind": kind,
                "spans": [_span(span, most) for span in spans],
                "right-to-left": is_right_to_left("".join(span.text for span in spans)),
                "depth": 0,
                "quotes": 0,
                "marker": None,
            }
            | more
        )


def _cells(row: list[list[Span]]) -> list[list[dict[str, object]]]:
    return [[_span(span, WORD_CHARS) for span in spans] for spans in row]


def _span(span: Span, most_unbroken: int) -> dict[str, object]:
    written: dict[str, object] = {"text": _breakable(span.text, most_unbroken)}
    for face in ("bold", "italic", "strike", "superscript", "code"):
        if getattr(span, face):
            written[face] = True
    if span.kind:
        written["colour"] = "#{:02x}{:02x}{:02x}".format(*CODE_COLOURS[span.kind])
    return written


def _breakable(text: str, most: int) -> str:
    """Allow breaks inside words that are longer than a line."""
    return re.sub(_UNBROKEN % most, lambda found: f"{found[0]}\u200b", text.replace("\t", "    "))
