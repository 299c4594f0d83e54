"""Which notes are weighed for a question, and of which version of the library."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.library.models import LibraryNote
from chat.library.retrieval import index, load_library, retrieve, search
from chat.library.retrieval.index import library_changed, library_index
from tests.library.retrieval.cases import every_question

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
SAR_DEADLINE = "how long do we have to file a sar"


def test_memory_and_the_full_text_of_the_database_find_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = sorted(every_question())[::10]
    from_memory = [retrieve(question) for question in asked]
    monkeypatch.setattr(search, "_FEW_NOTES", 0)
    with CaptureQueriesContext(connection) as queries:
        assert [retrieve(question) for question in asked] == from_memory
    assert len(queries) >= len(asked)
    assert any(found.passages for found in from_memory)


def test_searches_of_one_second_ask_once_which_version_the_library_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "_ASK_EVERY_S", 3600.0)
    retrieve(SAR_DEADLINE)
    with CaptureQueriesContext(connection) as queries:
        retrieve(SAR_DEADLINE)
    assert not queries.captured_queries


def test_a_library_that_another_process_changed_is_seen_when_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = library_index()
    monkeypatch.setattr(index, "_ASK_EVERY_S", 3600.0)
    LibraryNote.objects.filter(pk="sar-filing-deadline").delete()
    assert library_index() is known
    monkeypatch.setattr(index, "_ASK_EVERY_S", -1.0)
    assert "sar-filing-deadline" not in library_index().notes


def test_a_load_in_this_process_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_ASK_EVERY_S", 3600.0)
    LibraryNote.objects.filter(pk="sar-filing-deadline").delete()
    library_changed()
    assert "sar-filing-deadline" not in library_index().notes
    load_library()
    assert "sar-filing-deadline" in library_index().notes
