"""Streaming statistics in the admin, for all staff.

Questions are not shown; only those who may view conversations can search in them.
"""

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.analytics.queries import summary_of
from chat.conversations.feedback.queries import feedback_summary
from chat.conversations.models import StreamStats
from chat.web.read_only_admin import NamedValuesFilter, ReadOnlyAdmin

_WAIT = F("first_token_at") - F("queued_at")
_TOTAL = F("ended_at") - F("queued_at")


@admin.register(StreamStats)
class StreamStatsAdmin(ReadOnlyAdmin):
    list_display = [
        "turn_number",
        "ending",
        "model_or_library",
        "engine",
        "analysis_type",
        "first_token",
        "total",
        "tokens_a_second",
        "chunk_count",
        "frame_count",
        "bytes_sent",
        "connection_count",
        "queued_at",
    ]
    list_filter = [
        "turn__status",
        ("turn__error_code", NamedValuesFilter),
        ("model", NamedValuesFilter),
        ("engine", NamedValuesFilter),
        "turn__analysis_type",
        "queued_at",
    ]
    ordering = ["-queued_at", "-pk"]
    search_help_text = _("User, turn number or, if you may read it, words of the question")
    change_list_template = "admin/conversations/stats_list.html"
    fields = [
        "transcript",
        "analysis_type",
        "ending",
        "model_or_library",
        "engine",
        "adapter",
        "queued_at",
        "started",
        "first_status",
        "first_token",
        "total",
        "tokens_in",
        "tokens_out",
        "tokens_a_second",
        "chunk_count",
        "frame_count",
        "bytes_sent",
        "connection_count",
        "connection_ms",
    ]

    def has_view_permission(self, request: HttpRequest, obj: StreamStats | None = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[StreamStats]":
        rows: QuerySet[StreamStats] = super().get_queryset(request)
        return rows.select_related("turn").defer("turn__answer_state")

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        fields = ["turn__conversation__owner__username", "turn__id__exact"]
        may_read = request.user.has_perm("conversations.view_conversation")
        return [*fields, "turn__question__text"] if may_read else fields

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        # An invalid filter is answered with a redirect, which has no list.
        context = getattr(response, "context_data", None)
        if context is not None and "cl" in context:
            context["summary"] = summary_of(context["cl"].queryset)
            context["feedback"] = feedback_summary(context["cl"].queryset)
        return response

    @admin.display(description=_("turn"), ordering="pk")
    def turn_number(self, stats: StreamStats) -> str:
        return str(stats.pk)

    @admin.display(description=_("outcome"), ordering="turn__status")
    def ending(self, stats: StreamStats) -> str:
        return stats.turn.ending

    @admin.display(description=_("analysis type"), ordering="turn__analysis_type")
    def analysis_type(self, stats: StreamStats) -> str:
        return stats.turn.get_analysis_type_display()

    @admin.display(description=_("model"), ordering="model")
    def model_or_library(self, stats: StreamStats) -> str:
        return stats.model or gettext("library")

    @admin.display(description=_("started (ms)"))
    def started(self, stats: StreamStats) -> str:
        return _shown(stats.started_ms)

    @admin.display(description=_("first status (ms)"))
    def first_status(self, stats: StreamStats) -> str:
        return _shown(stats.first_status_ms)

    @admin.display(description=_("first token (ms)"), ordering=_WAIT)
    def first_token(self, stats: StreamStats) -> str:
        return _shown(stats.first_token_ms)

    @admin.display(description=_("total (ms)"), ordering=_TOTAL)
    def total(self, stats: StreamStats) -> str:
        return _shown(stats.total_ms)

    @admin.display(description=_("tokens/s"))
    def tokens_a_second(self, stats: StreamStats) -> str:
        speed = stats.tokens_per_second
        return _shown(None if speed is None else number_format(round(speed, 1), 1))

    @admin.display(description=_("turn"))
    def transcript(self, stats: StreamStats) -> str:
        url = reverse("admin:conversations_turn_change", args=[stats.pk])
        return format_html(
            '<a href="{}">{}</a>', url, gettext("Turn {number}").format(number=stats.pk)
        )


def _shown(value: int | str | None) -> str:
    """Django would display None as a word."""
    return "—" if value is None else str(value)
