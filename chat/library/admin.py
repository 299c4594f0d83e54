"""The reference library as it was loaded. Its files are the truth: edit those, then load again."""

from django.contrib import admin

from chat.library.models import LibraryNote, LibraryPassage
from chat.web.read_only_admin import ReadOnlyAdmin, ReadOnlyInline


class PassageInline(ReadOnlyInline):
    """The passages of a note, as assistant and reader see them."""

    model = LibraryPassage
    fields = ["key", "heading", "kind", "text"]


@admin.register(LibraryNote)
class LibraryNoteAdmin(ReadOnlyAdmin):
    """Notes with who says it, where, and when somebody last checked it."""

    list_display = ["title", "topic", "authority", "section", "checked"]
    list_filter = ["topic", "checked", "authority"]
    search_fields = ["title", "slug", "section", "also", "passages__text"]
    inlines = [PassageInline]
    fields = ["slug", "title", "topic", "authority", "section", "url", "checked", "also"]
