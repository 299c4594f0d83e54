"""Streaming statistics over many turns: time to first token, and failure rates.

Shown above the admin's filtered list. The database computes exact values over all rows.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.db.models import Count, F, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from chat.conversations.models import StreamStats
from chat.conversations.models.turn import Unfinished
from chat.kernel.outcomes import Outcome


@dataclass(frozen=True)
class StatsSummary:
    """Shares are of ended turns; None if there are none."""

    count: int
    ended: int
    first_token_p50_ms: int | None
    first_token_p95_ms: int | None
    failed_share: float | None
    stopped_share: float | None
    cut_short_share: float | None  # ended by the provider before they were complete

    @property
    def failed_percent(self) -> str:
        return _percent(self.failed_share)

    @property
    def stopped_percent(self) -> str:
        return _percent(self.stopped_share)

    @property
    def cut_short_percent(self) -> str:
        return _percent(self.cut_short_share)


def summary_of(rows: "QuerySet[StreamStats]") -> StatsSummary:
    rows = rows.order_by()
    counts = rows.aggregate(
        count=Count("pk"),
        ended=Count("pk", filter=~Q(turn__status__in=Unfinished.values)),
        failed=Count("pk", filter=Q(turn__status__in=Outcome.failures())),
        stopped=Count("pk", filter=Q(turn__status=Outcome.STOPPED)),
        cut_short=Count("pk", filter=Q(turn__status__in=Outcome.ended_by_provider())),
        timed=Count("pk", filter=Q(first_token_at__isnull=False)),
    )
    return StatsSummary(
        count=counts["count"],
        ended=counts["ended"],
        first_token_p50_ms=_first_token_ms(rows, counts["timed"], share=0.5),
        first_token_p95_ms=_first_token_ms(rows, counts["timed"], share=0.95),
        failed_share=_share(counts["failed"], counts["ended"]),
        stopped_share=_share(counts["stopped"], counts["ended"]),
        cut_short_share=_share(counts["cut_short"], counts["ended"]),
    )


def _first_token_ms(rows: "QuerySet[StreamStats]", timed: int, *, share: float) -> int | None:
    """Nearest-rank percentile (of 20 waits the p95 is the 19th); SQLite has no percentiles."""
    if not timed:
        return None
    rank = ceil(share * timed)
    waits = (
        rows.filter(first_token_at__isnull=False)
        .annotate(wait=F("first_token_at") - F("queued_at"))
        .order_by("wait")
        .values_list("wait", flat=True)
    )
    wait: timedelta = waits[rank - 1]
    return wait // timedelta(milliseconds=1)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(share: float | None) -> str:
    if share is None:
        return "—"
    return _("{percent}%").format(percent=number_format(round(share * 100, 1), 1))
