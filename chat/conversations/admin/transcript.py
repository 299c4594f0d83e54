"""A turn as the admin shows it: question, answer, sources, citations and statistics.

Rendered like the page, but fully expanded and without controls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.conversations.admin.branch_positions import BranchPosition, branch_positions_of
from chat.conversations.models import Feedback, StreamStats, Turn
from chat.engine.rendering.cards import artifact_body, finding_card, verdict_line
from chat.engine.rendering.citation_chips import PassageLabel, labels_of
from chat.engine.rendering.markdown import render_markdown
from chat.engine.rendering.status_wording import Wording
from chat.kernel import items
from chat.kernel.answer import Answer
from chat.kernel.errors import in_words
from chat.kernel.items import CheckedCitation
from chat.kernel.kind_labels import kind_label
from chat.kernel.verdict import checked_citations

_STATES = {
    "verified": gettext_lazy("verified"),
    "unverified": gettext_lazy("unverified"),
    "cited": gettext_lazy("cited"),
}


@dataclass(frozen=True)
class ArtifactView:
    """An artifact rendered for the transcript."""

    kind: str
    title: str
    body: SafeString


@dataclass(frozen=True)
class Transcript:
    """One turn for ``admin/conversations/_turn.html``."""

    turn: Turn
    answer: Answer
    texts: dict[str, SafeString]  # heading -> HTML
    findings: list[SafeString]
    artifacts: list[ArtifactView]
    verdict: SafeString
    steps: list[tuple[str, int | None]]  # status text, and ms since the start
    citations: list[tuple[CheckedCitation, str]]  # with its state as text
    error: str
    stats: StreamStats | None
    place: BranchPosition
    feedback: list[Feedback]

    @property
    def name(self) -> str:
        return _("Turn {number}").format(number=self.turn.pk)


def transcripts_of(turns: Iterable[Turn]) -> list[Transcript]:
    """Needs ``question``, ``stats`` and ``conversation`` loaded. One query per conversation,
    and one for all feedback.
    """
    turns = list(turns)
    places, feedback = branch_positions_of(turns), _feedback_on(turns)
    return [_transcript(turn, places[turn.pk], feedback[turn.pk]) for turn in turns]


def _feedback_on(turns: Sequence[Turn]) -> Mapping[int, list[Feedback]]:
    given: dict[int, list[Feedback]] = {turn.pk: [] for turn in turns}
    for each in Feedback.objects.filter(turn__in=turns).select_related("user").order_by("pk"):
        given[each.turn_id].append(each)
    return given


def _transcript(turn: Turn, place: BranchPosition, feedback: list[Feedback]) -> Transcript:
    answer = turn.answer
    labels = labels_of(answer)
    written = {
        _("Reasoning"): answer.reasoning,
        _("Analysis"): answer.analysis,
        _("Answer"): answer.response,
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
        artifacts=[_artifact(item, labels) for item in answer.artifacts],
        verdict=verdict_line(answer) if answer.outcome else SafeString(""),
        steps=Wording().steps(answer.steps),
        citations=[(each, str(_STATES[each.state])) for each in checked_citations(answer)],
        error=in_words(answer.error) if answer.error else "",
        # Imported turns have none.
        stats=getattr(turn, "stats", None),
        place=place,
        feedback=feedback,
    )


def _artifact(item: items.Artifact, labels: Mapping[str, PassageLabel]) -> ArtifactView:
    title = item.title or _("Untitled")
    return ArtifactView(kind_label(item.kind), title, artifact_body(item, labels))
