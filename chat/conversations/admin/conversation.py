"""Conversations and their transcripts in the admin, read-only."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from chat.conversations.admin.transcript import transcripts_of
from chat.conversations.models import Conversation, Turn
from chat.web.read_only_admin import ReadOnlyAdmin

#: Turns on one page of a transcript; each may hold a long answer.
_PER_PAGE = 25


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ["title_or_number", "owner", "analysis_type", "turns", "updated_at"]
    list_select_related = ["owner"]
    list_filter = ["analysis_type", "updated_at"]
    search_fields = ["title", "owner__username", "messages__text"]
    ordering = ["-updated_at", "-pk"]
    fields = ["title", "owner", "analysis_type", "created_at", "updated_at"]
    change_form_template = "admin/conversations/transcript.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Conversation]":
        conversations: QuerySet[Conversation] = super().get_queryset(request)
        return conversations.annotate(turn_count=Count("turns", distinct=True))

    @admin.display(description=_("conversation"), ordering="title")
    def title_or_number(self, conversation: Conversation) -> str:
        return str(conversation)

    @admin.display(description=_("turns"), ordering="turn_count")
    def turns(self, conversation: Any) -> int:
        return int(conversation.turn_count)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = _turns_of(context["original"], request.GET.get("page", "1"))
        context |= {"transcripts": transcripts_of(page), "page": page}
        return super().render_change_form(request, context, *args, **kwargs)


def _turns_of(conversation: Conversation, page: str) -> "Page[Turn]":
    turns = conversation.turns.select_related("question", "stats", "conversation")
    return Paginator(turns, _PER_PAGE).get_page(page)
