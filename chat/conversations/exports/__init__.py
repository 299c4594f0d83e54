"""Exports a conversation as Markdown, JSON, Word or PDF, with its sources and their checks.

The page and the API call ``export``. Each format is a module with one function from a
``Transcript`` to bytes. Word and PDF share ``blocks``, which parses the answers' markdown.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal, get_args

from django.utils.text import slugify
from django.utils.translation import override

from chat.conversations.exports.as_docx import docx
from chat.conversations.exports.as_json import json_file
from chat.conversations.exports.as_markdown import markdown
from chat.conversations.exports.as_pdf import pdf
from chat.conversations.exports.transcript import Transcript, transcript_of
from chat.conversations.models import Conversation
from chat.kernel.errors import STORED_LANGUAGE

FormatName = Literal["markdown", "json", "docx", "pdf"]
FORMAT_NAMES: tuple[FormatName, ...] = get_args(FormatName)


@dataclass(frozen=True)
class Format:
    suffix: str
    content_type: str
    write: Callable[[Transcript], bytes]
    for_programs: bool = False  # always in English


@dataclass(frozen=True)
class ExportedFile:
    name: str
    content_type: str
    content: bytes


_FORMATS: dict[FormatName, Format] = {
    "markdown": Format("md", "text/markdown; charset=utf-8", markdown),
    "json": Format("json", "application/json", json_file, for_programs=True),
    "docx": Format(
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx
    ),
    "pdf": Format("pdf", "application/pdf", pdf),
}


def export(conversation: Conversation, format_name: FormatName) -> ExportedFile:
    """In the reader's language, except for JSON, which is always in English."""
    chosen = _FORMATS[format_name]
    # Letters, digits and dashes are safe in every header and file system.
    name = slugify(conversation.title)[:80].strip("-_") or f"conversation-{conversation.pk}"
    with override(STORED_LANGUAGE) if chosen.for_programs else nullcontext():
        content = chosen.write(transcript_of(conversation))
    return ExportedFile(f"{name}.{chosen.suffix}", chosen.content_type, content)


__all__ = ["FORMAT_NAMES", "ExportedFile", "FormatName", "export"]
