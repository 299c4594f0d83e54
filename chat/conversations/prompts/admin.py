"""Shared prompts in the admin. Users' private prompts are not shown."""

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.conversations.models import Prompt

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Prompt]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(Prompt)
class PromptAdmin(ModelAdmin):
    """The creator owns a shared prompt; everybody can use it."""

    list_display = ["title", "owner", "updated_at"]
    list_select_related = ["owner"]
    search_fields = ["title", "text"]
    fields = ["title", "text"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Prompt]":
        return super().get_queryset(request).filter(is_shared=True)

    def save_model(self, request: HttpRequest, obj: Prompt, form: object, change: bool) -> None:
        if not change:
            obj.owner = cast("User", request.user)
        obj.is_shared = True
        super().save_model(request, obj, form, change)
