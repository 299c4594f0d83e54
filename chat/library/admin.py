"""The loaded library, read-only: to change it, edit the files and load them again."""

from django.contrib import admin

from chat.library.models import LibraryNote, LibraryPassage
from chat.web.read_only_admin import ReadOnlyAdmin, ReadOnlyInline


class PassageInline(ReadOnlyInline):
    model = LibraryPassage
    fields = ["key", "heading", "kind", "text"]


@admin.register(LibraryNote)
class LibraryNoteAdmin(ReadOnlyAdmin):
    list_display = ["title", "topic", "jurisdiction", "authority", "section", "status", "checked"]
    list_filter = ["topic", "jurisdiction", "status", "checked", "authority"]
    search_fields = ["title", "slug", "section", "also", "passages__text"]
    inlines = [PassageInline]
    fields = [
        "slug",
        "title",
        "topic",
        "jurisdiction",
        "authority",
        "section",
        "url",
        "binds",
        "status",
        "as_of",
        "checked",
        "also",
    ]
