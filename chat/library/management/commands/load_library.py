"""``manage.py load_library``: bring the library in the database up to date with its files."""

from django.core.management.base import BaseCommand, CommandError

from chat.library.retrieval import load_library
from chat.library.retrieval.note_files import NoteInvalid


class Command(BaseCommand):
    help = "Load chat/library/content/*.md into the database. Unchanged notes are skipped."

    def handle(self, *args: object, **options: object) -> None:
        try:
            loaded = load_library()
        except NoteInvalid as exc:
            raise CommandError(
                f"The library was not loaded. Fix these problems first:\n{exc}"
            ) from exc
        notes = loaded.added + loaded.changed + loaded.unchanged
        self.stdout.write(
            f"Library: {notes} notes with {loaded.passages} passages"
            f" ({loaded.added} added, {loaded.changed} changed, {loaded.removed} removed)."
        )
