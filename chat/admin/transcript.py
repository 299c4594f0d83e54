"""A turn as the admin shows it: what was asked, said, read and quoted, and how it went.

Everything is open and nothing can be pressed; the page's own rendering makes the pieces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from chat.answer import Answer
from chat.models import StreamStats, Turn
from chat.rendering.cards import artifact_body, checked_line, finding_card, kind_label
from chat.rendering.markdown import render_markdown
from chat.rendering.regions import labels_of
from chat.rendering.wording import Wording
from chat.views.turn_view import settled


@dataclass(frozen=True)
class Artifact:
    """Something worth keeping, with its whole content."""

    kind: str
    title: str
    body: SafeString


@dataclass(frozen=True)
class Transcript:
    """One turn for ``admin/chat/_turn.html``."""

    turn: Turn
    answer: Answer
    texts: dict[str, SafeString]  # heading -> what was written under it
    findings: list[SafeString]
    artifacts: list[Artifact]
    checked: SafeString
    steps: list[tuple[str, int | None]]  # what was said while it was made, and after how many ms
    stats: StreamStats | None


def transcripts_of(turns: Iterable[Turn]) -> list[Transcript]:
    """Needs ``question`` and ``stats`` selected; asks the database nothing else."""
    return [_transcript(turn) for turn in turns]


def _transcript(turn: Turn) -> Transcript:
    answer = settled(turn)
    labels = labels_of(answer)
    written = {
        "Reasoning": answer.reasoning,
        "Analysis": answer.analysis,
        "Answer": answer.response,
    }
    return Transcript(
        turn=turn,
        answer=answer,
        texts={
            heading: mark_safe(render_markdown(text, labels))  # noqa: S308  lets no HTML through
            for heading, text in written.items()
            if text
        },
        findings=[finding_card(finding, labels) for finding in answer.findings],
        artifacts=[_artifact(item) for item in answer.artifacts],
        checked=checked_line(answer.citations),
        steps=Wording().steps(answer.steps),
        # Turns that a program brought along have none.
        stats=getattr(turn, "stats", None),
    )


def _artifact(item: dict[str, Any]) -> Artifact:
    return Artifact(kind_label(item), str(item.get("title") or "Untitled"), artifact_body(item))
