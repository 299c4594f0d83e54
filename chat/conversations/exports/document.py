"""The structure that Word and PDF exports share.

Each format implements ``Page`` and calls ``write``. Markdown and JSON have their own structure.
"""

from dataclasses import replace
from typing import Protocol

from django.utils.translation import gettext as _

from chat.conversations.exports.as_markdown import (
    byline,
    evidence_line,
    missing_line,
    preamble,
    source_line,
    verdict_line,
)
from chat.conversations.exports.blocks import Block, Marker, Span, blocks_of, code_of
from chat.conversations.exports.transcript import (
    ExportedTurn,
    NumberedArtifact,
    NumberedFinding,
    Source,
    Transcript,
)
from chat.kernel.code_highlighting import unfenced


class Page(Protocol):
    """Receives a document from top to bottom."""

    def heading(self, text: str, *, level: int) -> None:
        """Level 1 starts a question, level 2 a part of its answer."""

    def line(self, spans: list[Span]) -> None:
        """Write a paragraph."""

    def note(self, text: str) -> None:
        """Write small print, such as who asked and when."""

    def blocks(self, blocks: list[Block]) -> None:
        """Write a text parsed from markdown."""


def write(transcript: Transcript, page: Page) -> None:
    """Write everything below the title."""
    for line in preamble(transcript):
        page.note(line)
    for turn in transcript.turns:
        _question(turn, page)
        _answer(turn, page)


def _question(turn: ExportedTurn, page: Page) -> None:
    page.heading(_("Question"), level=1)
    for line in turn.question.splitlines():
        page.line([Span(line)])
    page.note(byline(turn))
    if turn.note:
        page.line([Span(turn.note, bold=True)])


def _answer(turn: ExportedTurn, page: Page) -> None:
    if verdict := verdict_line(turn):
        page.note(verdict)
    _section(page, _("Analysis"), turn.analysis)
    if turn.findings:
        page.heading(_("Findings"), level=2)
    for finding in turn.findings:
        _finding(finding, page)
    _section(page, _("Answer"), turn.response)
    for artifact in turn.artifacts:
        page.heading(f"{artifact.title} ({artifact.kind_label})", level=2)
        page.blocks(_content(artifact))
    if turn.sources:
        page.heading(_("Sources"), level=2)
    for source in turn.sources:
        _source(source, page)


def _finding(finding: NumberedFinding, page: Page) -> None:
    page.line([Span(f"{finding.title} ({finding.severity_label})", bold=True)])
    page.blocks(blocks_of(finding.explanation))
    if finding.missing:
        page.note(missing_line(finding))
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


def _content(artifact: NumberedArtifact) -> list[Block]:
    if artifact.is_code:
        return [code_of(*unfenced(artifact.content, title=artifact.title))]
    return blocks_of(artifact.content, keeps_lines=artifact.is_letter)


def _section(page: Page, heading: str, markdown: str) -> None:
    if blocks := blocks_of(markdown):
        page.heading(heading, level=2)
        page.blocks(blocks)
