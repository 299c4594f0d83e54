"""Loading makes the database hold exactly the folder's notes, and skips unchanged files."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chat.library.models import LibraryNote, LibraryPassage
from chat.library.retrieval import load_library, retrieve, search_notes
from chat.library.retrieval.note_files import NoteInvalid
from tests.library.retrieval.test_library_notes import BODY, FRONT

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "first", title="Deadline for a report")
    write(tmp_path, "second", title="Penalty for a late report")
    return tmp_path


def write(folder: Path, slug: str, *, title: str) -> None:
    content = (FRONT + BODY).replace("Deadline for a report", title)
    (folder / f"{slug}.md").write_text(content, encoding="utf-8")


def test_the_first_load_adds_every_note(folder: Path) -> None:
    loaded = load_library(folder)
    assert (loaded.added, loaded.passages) == (2, 4)
    assert LibraryPassage.objects.get(key="first#due").kind == "deadline"
    assert LibraryNote.objects.get(slug="first").also == "how long\n1040"


def test_a_note_says_whose_law_it_is_whom_it_binds_and_since_when(folder: Path) -> None:
    load_library(folder)
    note = LibraryNote.objects.get(slug="first")
    assert (note.jurisdiction, note.binds, note.status) == ("US US-CA", "banks", "in force")
    assert note.as_of == date(2026, 11, 22)


def test_a_second_load_writes_nothing(folder: Path) -> None:
    load_library(folder)
    before = list(LibraryPassage.objects.values_list("pk", flat=True))
    loaded = load_library(folder)
    assert (loaded.added, loaded.changed, loaded.removed, loaded.unchanged) == (0, 0, 0, 2)
    assert list(LibraryPassage.objects.values_list("pk", flat=True)) == before


def test_a_changed_file_replaces_its_note_alone(folder: Path) -> None:
    load_library(folder)
    kept = set(LibraryPassage.objects.filter(note="second").values_list("pk", flat=True))
    write(folder, "first", title="Clock for a report")
    assert load_library(folder).changed == 1
    assert LibraryNote.objects.get(slug="first").title == "Clock for a report"
    assert set(LibraryPassage.objects.filter(note="second").values_list("pk", flat=True)) == kept


def test_a_deleted_note_disappears_from_the_database_and_from_search(folder: Path) -> None:
    load_library(folder)
    (folder / "second.md").unlink()
    assert load_library(folder).removed == 1
    assert set(LibraryNote.objects.values_list("slug", flat=True)) == {"first"}
    assert search_notes("penalty") == []


def test_a_broken_note_loads_nothing_and_says_why(folder: Path) -> None:
    (folder / "third.md").write_text("no front matter", encoding="utf-8")
    with pytest.raises(NoteInvalid, match=r"third\.md:1: title"):
        load_library(folder)
    assert not LibraryNote.objects.exists()


def test_the_search_notices_a_reload(folder: Path) -> None:
    load_library(folder)
    assert [note.slug for note in search_notes("penalty")] == ["second"]
    write(folder, "first", title="Imprisonment for a late suspicious activity report")
    load_library(folder)
    assert search_notes("imprisonment")[0].slug == "first"


def test_an_empty_library_finds_nothing() -> None:
    assert retrieve("how long do we have to file a sar").passages == ()


def test_the_command_prints_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_library")
    assert "notes with" in capsys.readouterr().out


def test_the_command_says_what_to_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise NoteInvalid(["a.md:1: title: Field required"])

    monkeypatch.setattr("chat.library.management.commands.load_library.load_library", broken)
    with pytest.raises(CommandError, match=r"a\.md:1: title"):
        call_command("load_library")
