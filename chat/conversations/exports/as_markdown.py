"""Writes a transcript as markdown. Answers are markdown already; only their HTML is escaped."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.conversations.exports.inert import inert
from chat.conversations.exports.markdown_tokens import contained
from chat.conversations.exports.transcript import (
    Evidence,
    ExportedTurn,
    NumberedArtifact,
    NumberedFinding,
    Source,
    Transcript,
)


def markdown(transcript: Transcript) -> bytes:
    return (inert("\n\n".join(_parts(transcript))) + "\n").encode()


def _parts(transcript: Transcript) -> Iterator[str]:
    yield f"# {_line(transcript.title)}"
    yield "\n\n".join(f"*{line}*" for line in preamble(transcript))
    for turn in transcript.turns:
        yield from _turn(turn)


def preamble(transcript: Transcript) -> list[str]:
    moment = date_format(transcript.exported_at, "DATETIME_FORMAT")
    return [
        _("Asked by {name}. Exported from Oliver on {moment} UTC.").format(
            name=transcript.asked_by, moment=moment
        ),
        _("Not legal advice. Read the cited section before you rely on it."),
    ]


def _turn(turn: ExportedTurn) -> Iterator[str]:
    yield "---"
    yield f"## {_('Question')}"
    yield _quoted(turn.question)
    yield f"*{byline(turn)}*"
    if turn.note:
        yield f"**{turn.note}**"
    if verdict := verdict_line(turn):
        yield f"*{verdict}*"
    if turn.analysis:
        yield f"### {_('Analysis')}\n\n{contained(turn.analysis)}"
    if turn.findings:
        yield f"### {_('Findings')}"
    for finding in turn.findings:
        yield from _finding(finding)
    if turn.response:
        yield f"### {_('Answer')}\n\n{contained(turn.response)}"
    yield from map(_artifact, turn.artifacts)
    if turn.sources:
        yield f"### {_('Sources')}"
    yield from _source_list(turn.sources)


def artifact_markdown(artifact: NumberedArtifact, sources: list[Source]) -> str:
    """An artifact as a separate file, with the sources it cites."""
    parts = [artifact.content]
    if sources:
        parts = [contained(artifact.content), f"## {_('Sources')}", *_source_list(sources)]
    return inert("\n\n".join(parts))


def _source_list(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        yield f"- {_line(source_line(source))}"
        if source.text:
            yield _quoted(source.text, indent="  ")


def _finding(finding: NumberedFinding) -> Iterator[str]:
    yield f"**{_line(finding.title)} ({finding.severity_label})**"
    if finding.explanation:
        yield contained(finding.explanation)
    if finding.missing:
        yield f"*{missing_line(finding)}*"
    if finding.evidence:
        yield "\n".join(f"- {evidence_line(evidence)}" for evidence in finding.evidence)


def _quoted(text: str, *, indent: str = "") -> str:
    return "\n".join(f"{indent}> {line}".rstrip() for line in text.splitlines())


def evidence_line(evidence: Evidence) -> str:
    """``"no later than 30 calendar days" [1]``."""
    quote = f'"{_line(evidence.quote)}"' if evidence.quote else ""
    return f"{quote} {evidence.label}".strip()


def missing_line(finding: NumberedFinding) -> str:
    return _("Not in the cited passage: {numbers}.").format(numbers=_line(finding.missing))


def verdict_line(turn: ExportedTurn) -> str:
    """What checking found, and whose words the rest are."""
    sentence = turn.verdict.sentence if turn.verdict else ""
    return _line(f"{sentence} {turn.own_words}") if sentence else ""


def byline(turn: ExportedTurn) -> str:
    """``General, 22 November 2026, 13:00 UTC, openai/gpt-5-mini``."""
    asked = f"{date_format(turn.asked_at, 'DATETIME_FORMAT')} UTC"
    return ", ".join(part for part in (turn.analysis_type, asked, turn.model) if part)


def source_line(source: Source) -> str:
    where = ", ".join(part for part in (source.authority, source.section) if part)
    link = source.url
    if source.checked:
        link = _("{link}, last checked {day}").format(link=link, day=_day(source.checked))
    return f"[{source.number}] {source.title}: {source.heading}. {where}. {link} ({source.verdict})"


def _day(iso: str) -> str:
    """``2026-11-22`` -> ``22 November 2026``; other text is returned unchanged."""
    try:
        return date_format(date.fromisoformat(iso), "DATE_FORMAT")
    except ValueError:
        return iso


def _artifact(artifact: NumberedArtifact) -> str:
    content = _fenced(artifact.content) if artifact.is_code else contained(artifact.content)
    return f"### {_line(artifact.title)} ({artifact.kind_label})\n\n{content}"


def _fenced(code: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}\n{code}\n{fence}"


def _line(text: str) -> str:
    return " ".join(text.split())
