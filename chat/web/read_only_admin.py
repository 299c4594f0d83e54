"""Pages to look at. Nobody adds, changes or deletes, whatever rights they have."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    ModelAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline


class ReadOnlyAdmin(ModelAdmin):
    """Base of all admins of what has happened. ``list_display`` shows it, actions are gone."""

    actions: Sequence[str] | None = None  # Django's own action deletes
    list_per_page = 50
    show_full_result_count = False  # it would count the whole table for each page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class NamedValuesFilter(admin.AllValuesFieldListFilter):
    """Django's filter by the values that occur, where a link for "" would have no text."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("none")}


class ReadOnlyInline(StackedInline):
    """Rows of another table on the page of a ``ReadOnlyAdmin``."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
