"""Feedback counts by model, analysis type and reason.

Shown with the statistics of the filtered turns. Counts reveal no questions or answers, so all
staff may see them.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from chat.conversations.feedback.models import Rating, Reason, has_reason
from chat.conversations.models import StreamStats
from chat.conversations.models.conversation import AnalysisType

_UP = Count("turn__feedback", filter=Q(turn__feedback__rating=Rating.UP))
_DOWN = Count("turn__feedback", filter=Q(turn__feedback__rating=Rating.DOWN))


@dataclass(frozen=True)
class Thumbs:
    """``model`` is "" where the library was quoted."""

    model: str
    analysis_type: str
    up: int
    down: int

    @property
    def kind(self) -> str:
        return str(dict(AnalysisType.choices).get(self.analysis_type, self.analysis_type))


@dataclass(frozen=True)
class FeedbackSummary:
    """``reasons``: (label, count), most frequent first, without zeros."""

    up: int
    down: int
    groups: list[Thumbs]
    reasons: list[tuple[str, int]]


def feedback_summary(rows: "QuerySet[StreamStats]") -> FeedbackSummary:
    judged = rows.order_by().filter(turn__feedback__isnull=False)
    groups = [
        Thumbs(**group)
        for group in judged.values("model", analysis_type=F("turn__analysis_type"))
        .annotate(up=_UP, down=_DOWN)
        .order_by("model", "analysis_type")
    ]
    return FeedbackSummary(
        up=sum(group.up for group in groups),
        down=sum(group.down for group in groups),
        groups=groups,
        reasons=_reasons(judged) if groups else [],
    )


def _reasons(judged: "QuerySet[StreamStats]") -> list[tuple[str, int]]:
    counts: dict[str, int] = judged.aggregate(
        **{
            reason: Count("turn__feedback", filter=has_reason(reason, prefix="turn__feedback__"))
            for reason in Reason.values
        }
    )
    named = [(str(label), counts[reason]) for reason, label in Reason.choices if counts[reason]]
    return sorted(named, key=lambda each: -each[1])
