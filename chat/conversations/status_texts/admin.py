"""Status texts in the admin, with a preview.

Changes reach every process within seconds (``chat.conversations.status_texts.reader_wording``).
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from chat.conversations.models import StatusText
from chat.conversations.status_texts.models import default_example
from chat.kernel.stages import DETAILED, PLAIN
from chat.web.read_only_admin import ModelAdmin

#: In URLs, for texts without a language.
_EVERY = "every"


class StatusTextForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        required=False,
        label=_("language"),
        choices=[("", _("every language")), *settings.LANGUAGES],
    )


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [(_EVERY, _("every language")), *settings.LANGUAGES]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[StatusText]"
    ) -> "QuerySet[StatusText]":
        chosen = self.value()
        return queryset.filter(language="" if chosen == _EVERY else chosen) if chosen else queryset


@admin.register(StatusText)
class StatusTextAdmin(ModelAdmin):
    """Custom texts, below a table of the built-in ones."""

    form = StatusTextForm
    list_display = ["stage", "kind", "spoken", "preview"]
    list_filter = ["stage", "analysis_type", LanguageFilter]
    search_fields = ["text"]
    fields = ["stage", "analysis_type", "language", "text", "preview"]
    readonly_fields = ["preview"]
    change_list_template = "admin/conversations/status_texts.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        stages = [(name, default_example(key)) for key, name in {**DETAILED, **PLAIN}.items()]
        return super().changelist_view(request, {**(extra_context or {}), "stages": stages})

    @admin.display(description=_("kind of answer"), ordering="analysis_type")
    def kind(self, text: StatusText) -> str:
        return text.get_analysis_type_display() or str(_("every kind"))

    @admin.display(description=_("language"), ordering="language")
    def spoken(self, text: StatusText) -> str:
        return str(dict(settings.LANGUAGES).get(text.language, _("every language")))

    @admin.display(description=_("what readers see"))
    def preview(self, text: StatusText) -> str:
        return text.example() if text.stage else str(_("Shown here after you save."))
