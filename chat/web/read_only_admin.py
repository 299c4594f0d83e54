"""Base classes for admin pages that only show data, whatever permissions the user has."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
    from django.contrib.admin.filters import _ListFilterChoices
else:
    ModelAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline


class ReadOnlyAdmin(ModelAdmin):
    actions: Sequence[str] | None = None  # Django's default action deletes
    list_per_page = 50
    show_full_result_count = False  # would count the whole table on each page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class NamedValuesFilter(admin.AllValuesFieldListFilter):
    """Filter by existing values; "" gets a label, because an empty link could not be clicked."""

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("none")}


class ReadOnlyInline(StackedInline):
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
