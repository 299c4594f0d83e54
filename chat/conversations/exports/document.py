"""The order of things in a document, for formats that have headings and blocks: Word and PDF.

A format brings a ``Page`` and takes ``write``; markdown and JSON have orders of their own.
"""

from dataclasses import replace
from typing import Protocol

from django.utils.translation import gettext as _

from chat.conversations.exports.as_markdown import byline, evidence_line, preamble, source_line
from chat.conversations.exports.blocks import Block, Marker, Span, blocks_of, code_of
from chat.conversations.exports.transcript import (
    Artifact,
    Exchange,
    Finding,
    Source,
    Transcript,
)
from chat.kernel.code_highlighting import unfenced

#: Kinds of artifacts that begin with lines like ``To:`` and ``From:``.
_LETTERS = ("memo", "draft")


class Page(Protocol):
    """Where a document is written to, from its top."""

    def heading(self, text: str, *, level: int) -> None:
        """One of Oliver's: 1 begins a question, 2 a part of the answer."""

    def line(self, spans: list[Span]) -> None:
        """A paragraph."""

    def note(self, text: str) -> None:
        """Who asked, who answered, when: less than a paragraph."""

    def blocks(self, blocks: list[Block]) -> None:
        """A text that was written in markdown."""


def write(transcript: Transcript, page: Page) -> None:
    """Everything below the title."""
    for line in preamble(transcript):
        page.note(line)
    for exchange in transcript.exchanges:
        _question(exchange, page)
        _answer(exchange, page)


def _question(exchange: Exchange, page: Page) -> None:
    page.heading(_("Question"), level=1)
    for line in exchange.question.splitlines():
        page.line([Span(line)])
    page.note(byline(exchange))
    if exchange.note:
        page.line([Span(exchange.note, bold=True)])


def _answer(exchange: Exchange, page: Page) -> None:
    _section(page, _("Analysis"), exchange.analysis)
    if exchange.findings:
        page.heading(_("Findings"), level=2)
    for finding in exchange.findings:
        _finding(finding, page)
    _section(page, _("Answer"), exchange.response)
    for artifact in exchange.artifacts:
        page.heading(f"{artifact.title} ({artifact.kind_label})", level=2)
        page.blocks(_content(artifact))
    if exchange.sources:
        page.heading(_("Sources"), level=2)
    for source in exchange.sources:
        _source(source, page)


def _finding(finding: Finding, page: Page) -> None:
    page.line([Span(f"{finding.title} ({finding.severity_label})", bold=True)])
    page.blocks(blocks_of(finding.explanation))
    bullet = Marker(list_id=0)
    page.blocks(
        [
            Block("paragraph", [Span(evidence_line(evidence))], depth=1, marker=bullet)
            for evidence in finding.evidence
        ]
    )


def _source(source: Source, page: Page) -> None:
    page.note(source_line(source))
    if source.text:
        page.blocks([replace(block, quotes=block.quotes + 1) for block in blocks_of(source.text)])


def _content(artifact: Artifact) -> list[Block]:
    if artifact.is_code:
        return [code_of(*unfenced(artifact.content, title=artifact.title))]
    return blocks_of(artifact.content, keeps_lines=artifact.kind in _LETTERS)


def _section(page: Page, heading: str, markdown: str) -> None:
    if blocks := blocks_of(markdown):
        page.heading(heading, level=2)
        page.blocks(blocks)
