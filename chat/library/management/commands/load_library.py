"""``manage.py load_library``: bring the library in the database up to date with its files."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.library.retrieval import load_library
from chat.library.retrieval.note_files import NoteInvalid
from chat.library.retrieval.vectors import write_shipped


class Command(BaseCommand):
    help = "Load chat/library/content/*.md into the database. Unchanged notes are skipped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write-vectors",
            action="store_true",
            help="write the passages' vectors to content/vectors.npz, for the repository",
        )

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
        if options["write_vectors"]:
            self.stdout.write(f"Vectors: {write_shipped()} written.")
