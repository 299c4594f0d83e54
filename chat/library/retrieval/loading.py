"""Loading the library's files into the database, all or nothing.

Called by ``manage.py load_library`` at every ``make run``. Digests are compared first, so it is
quick and writes nothing when no file has changed.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from chat.library.models import LibraryNote, LibraryPassage
from chat.library.retrieval.index import library_changed
from chat.library.retrieval.meaning import meaning_of
from chat.library.retrieval.note_files import LIBRARY_DIR, Note, read_library
from chat.library.retrieval.vectors import store_vectors


@dataclass(frozen=True)
class Loaded:
    """Counts of notes; ``passages`` is the new total of passages."""

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int


def load_library(folder: Path = LIBRARY_DIR) -> Loaded:
    """Make the database hold exactly the folder's notes. Raises ``NoteInvalid``."""
    notes = {note.slug: note for note in read_library(folder)}
    with transaction.atomic():
        loaded = _synchronise(notes)
    library_changed()
    return loaded


def _synchronise(notes: dict[str, Note]) -> Loaded:
    stored = dict(LibraryNote.objects.values_list("slug", "digest"))
    added = notes.keys() - stored.keys()
    removed = stored.keys() - notes.keys()
    changed = {slug for slug in notes.keys() & stored if notes[slug].digest != stored[slug]}
    changed |= _damaged(notes) & stored.keys()
    LibraryNote.objects.filter(slug__in=removed | changed).delete()
    _insert([notes[slug] for slug in sorted(added | changed)])
    passage_count = sum(len(note.passages) for note in notes.values())
    store_vectors(_meanings(notes.values()))
    return Loaded(
        added=len(added),
        changed=len(changed),
        removed=len(removed),
        unchanged=len(notes) - len(added) - len(changed),
        passages=passage_count,
    )


def _damaged(notes: dict[str, Note]) -> set[str]:
    """Notes whose rows were edited or deleted in the database, judging by keys and kinds."""
    rows = set(LibraryPassage.objects.values_list("key", "kind"))
    return {
        slug
        for slug, note in notes.items()
        if any((note.key(section), section.kind) not in rows for section in note.passages)
    }


def _insert(notes: list[Note]) -> None:
    LibraryNote.objects.bulk_create(
        LibraryNote(
            slug=note.slug,
            title=note.title,
            topic=note.topic,
            authority=note.authority,
            section=note.section,
            url=note.url,
            checked=note.checked,
            jurisdiction=" ".join(note.jurisdiction),
            binds=note.binds,
            status=note.status,
            as_of=note.as_of,
            also="\n".join(note.also),
            digest=note.digest,
        )
        for note in notes
    )
    LibraryPassage.objects.bulk_create(
        LibraryPassage(key=note.key(section), note_id=note.slug, position=at, **asdict(section))
        for note in notes
        for at, section in enumerate(note.passages)
    )


def _meanings(notes: Iterable[Note]) -> list[str]:
    return [
        meaning_of(note.title, section.heading, section.text)
        for note in notes
        for section in note.passages
    ]
