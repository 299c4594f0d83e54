"""A conversation prepared for export: questions, and answers with numbered sources and verdicts.

In all texts a citation marker (``[sar-filing-deadline#due]``) is replaced with the number of its
source (``[1]``), marked if its quote could not be verified. All texts are valid in XML.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.conversations.models import Conversation, Turn, TurnTree, path_of
from chat.conversations.models.turn import Unfinished
from chat.kernel import items
from chat.kernel.answer import Answer
from chat.kernel.citations import CheckedInlineCitation, Sources, check, check_quote
from chat.kernel.errors import in_words
from chat.kernel.items import CheckedCitation, CitationState
from chat.kernel.kind_labels import kind_label, severity_label
from chat.kernel.passages import Passage
from chat.kernel.verdict import (
    Verdict,
    assess,
    checked_citations,
    examine_finding,
    own_words_note,
)

#: Characters that XML forbids. Models and pasted documents have contained each of them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNFINISHED_WORDS = {
    Unfinished.QUEUED: _("This answer had not begun when it was exported."),
    Unfinished.RUNNING: _("This answer was still being written when it was exported."),
}


@dataclass(frozen=True)
class Source:
    """A passage that was read, and the verdict on its citations."""

    number: int
    passage_id: str
    title: str
    heading: str
    authority: str
    section: str
    url: str
    checked: str
    verdict: str
    text: str = ""


@dataclass(frozen=True)
class Evidence:
    """A quote of a finding that its explanation does not contain, and its source."""

    quote: str
    label: str


@dataclass(frozen=True)
class NumberedFinding:
    severity: str
    title: str
    explanation: str
    evidence: list[Evidence] = field(default_factory=list)
    missing: str = ""  # numbers that no passage it cites contains

    @property
    def severity_label(self) -> str:
        return severity_label(self.severity)


class NumberedArtifact(items.Artifact):
    """An artifact with numbered sources instead of markers."""

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)


@dataclass(frozen=True)
class ExportedTurn:
    """One question and its answer. ``answer`` is the stored one, with its markers."""

    question: str
    asked_at: datetime
    analysis_type: str
    status: str
    is_imported: bool
    note: str
    model: str
    analysis: str
    response: str
    findings: list[NumberedFinding] = field(default_factory=list)
    artifacts: list[NumberedArtifact] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    citations: list[CheckedCitation] = field(default_factory=list)
    verdict: Verdict | None = None  # while the answer is being written
    own_words: str = ""


@dataclass(frozen=True)
class Transcript:
    title: str
    asked_by: str
    created_at: datetime
    exported_at: datetime
    turns: list[ExportedTurn]


def transcript_of(conversation: Conversation, *, last_turn_id: int | None = None) -> Transcript:
    """The path shown last, or the path to ``last_turn_id``; other branches are left out."""
    if last_turn_id is None:
        path = path_of(conversation)
    else:
        path = TurnTree.of(conversation.pk).path_to(last_turn_id)
    turns = Turn.objects.filter(pk__in=path).select_related("question").order_by("pk")
    return Transcript(
        title=writable(str(conversation)),
        asked_by=writable(conversation.owner.get_full_name() or conversation.owner.get_username()),
        created_at=conversation.created_at,
        exported_at=timezone.now(),
        turns=[_turn(turn) for turn in turns],
    )


def artifact_of(answer: Answer, position: int) -> tuple[NumberedArtifact, list[Source]]:
    """The artifact at ``position`` (from 1) with numbered sources, and the sources it cites."""
    found, passages = answer.artifacts[position - 1], answer.sources
    artifact = _artifact(found, _numbers(answer), passages)
    cited = {citation.passage_id for citation in check(found.content, passages)}
    every = _sources(answer, checked_citations(answer))
    sources = [source for source in every if source.passage_id in cited]
    return artifact, [] if artifact.is_code else sources


def with_source_names(text: str, answer: Answer) -> str:
    """``… [sar-filing-deadline#due]`` -> ``… [SAR deadline, 31 CFR 1020.320]``."""
    names = {passage.id: _name(passage) for passage in answer.passages}
    return numbered(text, names, answer.sources)


def _name(passage: Passage) -> str:
    """Safe in a table cell."""
    parts = (writable(passage.title), writable(passage.section))
    name = ", ".join(part for part in parts if part)
    return re.sub(r"([\[\]|])", r"\\\1", " ".join(name.split())) or passage.id


def _numbers(answer: Answer) -> dict[str, str]:
    return {passage.id: str(number) for number, passage in enumerate(answer.passages, start=1)}


def writable(text: object) -> str:
    return _UNWRITABLE.sub("", str(text or ""))


def _turn(turn: Turn) -> ExportedTurn:
    answer = turn.answer
    numbers, passages = _numbers(answer), answer.sources
    checked = assess(answer)
    return ExportedTurn(
        question=writable(turn.question.text),
        asked_at=turn.created_at,
        analysis_type=turn.get_analysis_type_display(),
        status=turn.status,
        is_imported=turn.is_imported,
        note=_note(turn, answer),
        model=writable(answer.metadata.get("model")),
        analysis=numbered(answer.analysis, numbers, passages),
        response=numbered(answer.response, numbers, passages),
        findings=[_finding(finding, numbers, passages) for finding in answer.findings],
        artifacts=[_artifact(artifact, numbers, passages) for artifact in answer.artifacts],
        sources=_sources(answer, checked.citations),
        answer=answer,
        citations=checked.citations,
        verdict=None if turn.is_live else checked.verdict,
        own_words=own_words_note(answer),
    )


def numbered(text: str, numbers: Mapping[str, str], passages: Sources) -> str:
    """``… within 30 days [sar-filing-deadline#due]`` -> ``… within 30 days [1]``."""
    parts, done = list[str](), 0
    for (start, end), cited in groupby(
        check(text, passages), key=lambda each: (each.start, each.end)
    ):
        parts += [text[done:start], " ".join(_label(each, numbers) for each in cited)]
        done = end
    return writable("".join(parts) + text[done:])


def _label(citation: CheckedInlineCitation, numbers: Mapping[str, str]) -> str:
    """``[1]``, ``[1, not verified]``, ``[1, not in the cited passage: 60 days]``."""
    label = numbers.get(citation.passage_id, citation.passage_id)
    if citation.state == "unverified":
        label = gettext("{source}, not verified").format(source=label)
    if citation.missing:
        words = gettext("{source}, not in the cited passage: {numbers}")
        label = words.format(source=label, numbers=", ".join(citation.missing))
    return f"[{label}]"


def _note(turn: Turn, answer: Answer) -> str:
    if turn.is_imported:
        return gettext("A program submitted this answer. Oliver did not write it.")
    if answer.outcome is None:
        return str(_UNFINISHED_WORDS[Unfinished(turn.status)])
    if answer.error is None:
        return str(answer.outcome.sentence)
    return writable(f"{answer.outcome.sentence} {in_words(answer.error)}")


def _finding(
    finding: items.Finding, numbers: Mapping[str, str], passages: Sources
) -> NumberedFinding:
    return NumberedFinding(
        severity=finding.severity,
        title=writable(finding.title),
        explanation=numbered(finding.explanation, numbers, passages),
        evidence=[_evidence(each, numbers, passages) for each in finding.unsaid_citations],
        missing=writable(", ".join(examine_finding(finding, passages).missing)),
    )


def _evidence(citation: items.Citation, numbers: Mapping[str, str], passages: Sources) -> Evidence:
    state = check_quote(citation.passage, citation.quote, passages).state
    label = _label(CheckedInlineCitation(citation.passage, None, 0, 0, state=state), numbers)
    return Evidence(writable(citation.quote), writable(label))


def _artifact(
    artifact: items.Artifact, numbers: Mapping[str, str], passages: Sources
) -> NumberedArtifact:
    written = (
        writable if artifact.is_code else partial(numbered, numbers=numbers, passages=passages)
    )
    return NumberedArtifact(
        kind=artifact.kind,
        title=writable(artifact.title) or gettext("Untitled"),
        content=written(artifact.content),
    )


def _sources(answer: Answer, citations: Iterable[CheckedCitation]) -> list[Source]:
    states = _states(citations)
    return [
        Source(
            number=number,
            passage_id=writable(passage.id),
            verdict=_verdict(states[passage.id]),
            text=writable(passage.text),
            **{
                name: writable(getattr(passage, name))
                for name in ("title", "heading", "authority", "section", "url", "checked")
            },
        )
        for number, passage in enumerate(answer.passages, start=1)
    ]


def _states(citations: Iterable[CheckedCitation]) -> dict[str, set[CitationState]]:
    """How each passage was cited, anywhere in the answer."""
    states: dict[str, set[CitationState]] = defaultdict(set)
    for citation in citations:
        states[citation.passage].add(citation.state)
    return states


def _verdict(states: set[CitationState]) -> str:
    if "unverified" in states:
        return gettext("a quote could not be verified")
    if "verified" in states:
        return gettext("quoted word for word")
    return gettext("cited") if states else gettext("read, not cited")
