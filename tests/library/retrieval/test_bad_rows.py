"""An unusable row is left out; the rest of the library still works."""

import logging

import pytest
from django.core.exceptions import ValidationError

from chat.library.models import LibraryNote, LibraryPassage
from chat.library.retrieval import load_library, retrieve
from chat.library.retrieval.index import library_index

pytestmark = pytest.mark.django_db
QUESTION = "how long do we have to file a sar"
ELSEWHERE = "ctr-filing-deadline"


@pytest.fixture(autouse=True)
def whole_library(db: None) -> None:
    load_library()


def test_a_row_of_an_unknown_kind_is_left_out_and_named_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = LibraryPassage.objects.filter(note=ELSEWHERE)[0]
    LibraryPassage.objects.filter(pk=bad.pk).update(kind="riddle")
    LibraryPassage.objects.filter(note="travel-rule").last().delete()  # type: ignore[union-attr]
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            assert retrieve(QUESTION).passages
    assert caplog.text.count(bad.key) == 1
    assert bad.key in library_index().unusable


def test_a_note_without_passages_is_left_out_and_named() -> None:
    LibraryPassage.objects.filter(note=ELSEWHERE).delete()
    assert retrieve("when is a ctr due").passages
    assert library_index().unusable == (ELSEWHERE,)


def test_the_next_load_repairs_the_rows() -> None:
    LibraryPassage.objects.filter(note=ELSEWHERE).update(kind="riddle")
    LibraryPassage.objects.filter(note="travel-rule").delete()
    assert load_library().changed == 2
    assert library_index().unusable == ()
    assert load_library().changed == 0


def test_a_row_of_an_unknown_kind_cannot_be_entered() -> None:
    note = LibraryNote.objects.get(pk=ELSEWHERE)
    row = LibraryPassage(
        note=note, key="x#y", position=9, anchor="y", heading="H", kind="riddle", text="T"
    )
    with pytest.raises(ValidationError, match="kind"):
        row.full_clean()
