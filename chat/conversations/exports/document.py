"""The order of things in a document, for formats that have headings and blocks: Word and PDF.

A format brings a ``Page`` and takes ``write``; markdown and JSON have orders of their own.
"""

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from chat.conversations.exports.as_markdown import byline, source_line
from chat.conversations.exports.blocks import Block, Span, blocks_of, code_of
from chat.conversations.exports.transcript import Artifact, Exchange, Transcript
from chat.kernel.code_highlighting import unfenced


class Page(Protocol):
    """Where a document is written to, from its top."""

    def heading(self, text: str, *, level: int) -> None:
        """One of Oliver's: 1 begins a question, 2 a part of the answer."""

    def line(self, spans: list[Span]) -> None:
        """A paragraph."""

    def byline(self, text: str) -> None:
        """Who answered, when: less than a paragraph."""

    def source(self, text: str) -> None:
        """An entry in the list of sources."""

    def block(self, block: Block) -> None:
        """A piece of what was written in markdown."""


def write(transcript: Transcript, page: Page) -> None:
    """Everything below the title."""
    for exchange in transcript.exchanges:
        _question(exchange, page)
        _answer(exchange, page)


def _question(exchange: Exchange, page: Page) -> None:
    page.heading(_("Question"), level=1)
    for line in exchange.question.splitlines():
        page.line([Span(line)])
    page.byline(byline(exchange))
    if exchange.note:
        page.line([Span(exchange.note, bold=True)])


def _answer(exchange: Exchange, page: Page) -> None:
    _section(page, _("Analysis"), blocks_of(exchange.analysis))
    if exchange.findings:
        page.heading(_("Findings"), level=2)
    for finding in exchange.findings:
        page.line([Span(f"{finding.title} ({finding.severity_label})", bold=True)])
        _blocks(page, blocks_of(finding.explanation))
    _section(page, _("Answer"), blocks_of(exchange.response))
    for artifact in exchange.artifacts:
        page.heading(f"{artifact.title} ({artifact.kind_label})", level=2)
        _blocks(page, _content(artifact))
    if exchange.sources:
        page.heading(_("Sources"), level=2)
    for source in exchange.sources:
        page.source(source_line(source))


def _content(artifact: Artifact) -> list[Block]:
    if artifact.is_code:
        return [code_of(*unfenced(artifact.content, title=artifact.title))]
    return blocks_of(artifact.content)


def _section(page: Page, heading: str, blocks: list[Block]) -> None:
    if blocks:
        page.heading(heading, level=2)
        _blocks(page, blocks)


def _blocks(page: Page, blocks: Iterable[Block]) -> None:
    for block in blocks:
        page.block(block)
