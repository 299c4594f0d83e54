"""A transcript as markdown: what Oliver wrote is markdown already and stays as it is."""

from collections.abc import Iterator

from django.utils.formats import date_format

from chat.exports.transcript import Artifact, Exchange, Source, Transcript


def markdown(transcript: Transcript) -> bytes:
    return ("\n\n".join(_parts(transcript)) + "\n").encode()


def _parts(transcript: Transcript) -> Iterator[str]:
    yield f"# {_line(transcript.title)}"
    yield f"*Exported from Oliver on {date_format(transcript.exported_at, 'j F Y, H:i')} UTC*"
    for exchange in transcript.exchanges:
        yield from _exchange(exchange)


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield "---"
    yield "## Question"
    yield "\n".join(f"> {line}".rstrip() for line in exchange.question.splitlines())
    yield f"*{byline(exchange)}*"
    if exchange.note:
        yield f"**{exchange.note}**"
    if exchange.analysis:
        yield f"### Analysis\n\n{exchange.analysis}"
    if exchange.findings:
        yield "### Findings"
    for finding in exchange.findings:
        yield f"- **{_line(finding.title)}** ({finding.severity}): {_line(finding.explanation)}"
    if exchange.response:
        yield f"### Answer\n\n{exchange.response}"
    yield from map(_artifact, exchange.artifacts)
    if exchange.sources:
        yield "### Sources"
        yield "\n".join(f"- {source_line(source)}" for source in exchange.sources)


def byline(exchange: Exchange) -> str:
    """``General, 22 November 2026, 13:00 UTC, openai/gpt-5-mini``."""
    asked = f"{date_format(exchange.asked_at, 'j F Y, H:i')} UTC"
    return ", ".join(part for part in (exchange.analysis_type, asked, exchange.model) if part)


def source_line(source: Source) -> str:
    where = ", ".join(part for part in (source.authority, source.section) if part)
    checked = f", last checked {source.checked}" if source.checked else ""
    return (
        f"[{source.number}] {source.title}: {source.heading}. {where}. {source.url}{checked}"
        f" ({source.verdict})"
    )


def _artifact(artifact: Artifact) -> str:
    content = _fenced(artifact.content) if artifact.is_code else artifact.content
    return f"### {_line(artifact.title)} ({artifact.kind})\n\n{content}"


def _fenced(code: str) -> str:
    """In a fence that is longer than any in the code."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}\n{code}\n{fence}"


def _line(text: str) -> str:
    return " ".join(text.split())
