"""From which version of the library a question is answered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.library.models import LibraryNote
from chat.library.retrieval import index, load_library, retrieve
from chat.library.retrieval.index import library_changed, library_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
SAR_DEADLINE = "how long do we have to file a sar"


def test_the_library_version_is_checked_at_most_once_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "_RECHECK_S", 3600.0)
    retrieve(SAR_DEADLINE)
    with CaptureQueriesContext(connection) as queries:
        retrieve(SAR_DEADLINE)
    assert not queries.captured_queries


def test_a_library_loaded_by_another_process_is_seen_at_the_next_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = library_index()
    monkeypatch.setattr(index, "_RECHECK_S", 3600.0)
    LibraryNote.objects.filter(pk="sar-filing-deadline").delete()
    assert library_index() is known
    monkeypatch.setattr(index, "_RECHECK_S", -1.0)
    assert "sar-filing-deadline" not in library_index().notes


def test_a_load_in_this_process_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_RECHECK_S", 3600.0)
    LibraryNote.objects.filter(pk="sar-filing-deadline").delete()
    library_changed()
    assert "sar-filing-deadline" not in library_index().notes
    load_library()
    assert "sar-filing-deadline" in library_index().notes
