"""Feedback in the admin, for reviewers, with links to the transcripts."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from chat.conversations.feedback.models import Reason, has_reason
from chat.conversations.models import Feedback
from chat.web.read_only_admin import ReadOnlyAdmin


class ReasonFilter(admin.SimpleListFilter):
    """Feedback may have several reasons and is found by each of them."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(reason.value, str(reason.label)) for reason in Reason]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Feedback]"
    ) -> "QuerySet[Feedback]":
        known = self.value() in Reason.values
        return queryset.filter(has_reason(str(self.value()))) if known else queryset


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = [
        "rating",
        "why",
        "said",
        "user",
        "model_or_library",
        "analysis_type",
        "transcript",
        "updated_at",
    ]
    list_filter = [
        "rating",
        ReasonFilter,
        "turn__analysis_type",
        "turn__stats__model",
        "updated_at",
    ]
    search_fields = ["comment", "user__username", "turn__question__text", "turn__id__exact"]
    list_select_related = ["user", "turn__stats"]
    ordering = ["-updated_at", "-pk"]
    fields = ["transcript", "rating", "why", "comment", "user", "created_at", "updated_at"]

    @admin.display(description=_("reasons"))
    def why(self, feedback: Feedback) -> str:
        return ", ".join(feedback.reason_labels)

    @admin.display(description=_("comment"))
    def said(self, feedback: Feedback) -> str:
        text = " ".join(feedback.comment.split())
        return text if len(text) <= 80 else f"{text[:79]}…"

    @admin.display(description=_("model"), ordering="turn__stats__model")
    def model_or_library(self, feedback: Feedback) -> str:
        stats = getattr(feedback.turn, "stats", None)  # imported turns have none
        return stats.model if stats and stats.model else str(_("library"))

    @admin.display(description=_("kind of answer"), ordering="turn__analysis_type")
    def analysis_type(self, feedback: Feedback) -> str:
        return feedback.turn.get_analysis_type_display()

    @admin.display(description=_("turn"), ordering="turn")
    def transcript(self, feedback: Feedback) -> str:
        url = reverse("admin:conversations_turn_change", args=[feedback.turn_id])
        return format_html('<a href="{}">{}</a>', url, feedback.turn_id)
