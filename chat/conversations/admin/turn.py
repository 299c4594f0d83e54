"""Turns of all conversations in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from chat.conversations.admin.transcript import transcripts_of
from chat.conversations.models import Turn
from chat.web.read_only_admin import NamedValuesFilter, ReadOnlyAdmin


@admin.register(Turn)
class TurnAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        "asked",
        "user",
        "analysis_type",
        "status",
        "error_code",
        "created_at",
    ]
    list_filter = ["status", ("error_code", NamedValuesFilter), "analysis_type", "created_at"]
    search_fields = ["question__text", "conversation__owner__username", "id__exact"]
    ordering = ["-pk"]
    fields = ["conversation", "analysis_type", "status", "error_code", "created_at", "seq"]
    change_form_template = "admin/conversations/transcript.html"

    @admin.display(description=_("turn"), ordering="pk")
    def number(self, turn: Turn) -> str:
        return str(turn.pk)

    @admin.display(description=_("question"))
    def asked(self, turn: Turn) -> str:
        text = " ".join(turn.question.text[:200].split())
        return text if len(text) <= 80 else f"{text[:79]}…"

    @admin.display(description=_("user"), ordering="conversation__owner__username")
    def user(self, turn: Turn) -> str:
        return turn.conversation.owner.get_username()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Turn]":
        turns: QuerySet[Turn] = super().get_queryset(request)
        return turns.select_related("question", "stats", "conversation__owner")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["transcripts"] = transcripts_of([context["original"]])
        return super().render_change_form(request, context, *args, **kwargs)
