"""A transcript as markdown: what Oliver wrote is markdown already and stays so, less HTML."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.conversations.exports.inert import inert
from chat.conversations.exports.transcript import Artifact, Exchange, Source, Transcript


def markdown(transcript: Transcript) -> bytes:
    return (inert("\n\n".join(_parts(transcript))) + "\n").encode()


def _parts(transcript: Transcript) -> Iterator[str]:
    yield f"# {_line(transcript.title)}"
    moment = date_format(transcript.exported_at, "DATETIME_FORMAT")
    yield f"*{_('Exported from Oliver on {moment} UTC').format(moment=moment)}*"
    for exchange in transcript.exchanges:
        yield from _exchange(exchange)


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield "---"
    yield f"## {_('Question')}"
    yield "\n".join(f"> {line}".rstrip() for line in exchange.question.splitlines())
    yield f"*{byline(exchange)}*"
    if exchange.note:
        yield f"**{exchange.note}**"
    if exchange.analysis:
        yield f"### {_('Analysis')}\n\n{exchange.analysis}"
    if exchange.findings:
        yield f"### {_('Findings')}"
    for finding in exchange.findings:
        title = f"**{_line(finding.title)}** ({finding.severity_label})"
        yield f"- {title}: {_line(finding.explanation)}"
    if exchange.response:
        yield f"### {_('Answer')}\n\n{exchange.response}"
    yield from map(_artifact, exchange.artifacts)
    if exchange.sources:
        yield f"### {_('Sources')}"
        yield "\n".join(f"- {source_line(source)}" for source in exchange.sources)


def byline(exchange: Exchange) -> str:
    """``General, 22 November 2026, 13:00 UTC, openai/gpt-5-mini``."""
    asked = f"{date_format(exchange.asked_at, 'DATETIME_FORMAT')} UTC"
    return ", ".join(part for part in (exchange.analysis_type, asked, exchange.model) if part)


def source_line(source: Source) -> str:
    where = ", ".join(part for part in (source.authority, source.section) if part)
    link = source.url
    if source.checked:
        link = _("{link}, last checked {day}").format(link=link, day=_day(source.checked))
    return f"[{source.number}] {source.title}: {source.heading}. {where}. {link} ({source.verdict})"


def _day(iso: str) -> str:
    """``2026-11-22`` -> ``22 November 2026``; what is no date stays as it is."""
    try:
        return date_format(date.fromisoformat(iso), "DATE_FORMAT")
    except ValueError:
        return iso


def _artifact(artifact: Artifact) -> str:
    content = _fenced(artifact.content) if artifact.is_code else artifact.content
    return f"### {_line(artifact.title)} ({artifact.kind_label})\n\n{content}"


def _fenced(code: str) -> str:
    """In a fence that is longer than any in the code."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}\n{code}\n{fence}"


def _line(text: str) -> str:
    return " ".join(text.split())
