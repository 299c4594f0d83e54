"""The vectors of passages: shipped, stored, and made only for what an operator changed."""

import numpy as np
import pytest

from chat.library.models import PassageVector
from chat.library.retrieval import load_library, meaning, retrieve, vectors
from chat.library.retrieval.note_files import read_library

pytestmark = pytest.mark.django_db
needs_model = pytest.mark.skipif(not meaning.has_model(), reason="no wheel for this machine")


def test_nearly_all_bundled_passages_have_a_shipped_vector() -> None:
    """Or the first start would take minutes. `manage.py load_library --write-vectors` mends it."""
    shipped = vectors._shipped(vectors.SHIPPED)
    wanted = [
        vectors.digest_of(meaning.meaning_of(note.title, section.heading, section.text))
        for note in read_library()
        for section in note.passages
    ]
    assert sum(digest in shipped for digest in wanted) > 0.9 * len(wanted)


def test_only_what_no_file_has_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    load_library()
    made: list[str] = []

    def count(text: str) -> object:
        made.append(text)
        return np.zeros(meaning.DIMENSIONS, dtype=np.float32)

    monkeypatch.setattr(vectors, "passage_vector", count)
    monkeypatch.setattr(vectors, "has_model", lambda: True)
    vectors.store_vectors(["A passage of the operator's own."])
    assert made == ["A passage of the operator's own."]
    assert PassageVector.objects.count() == 1


@needs_model
def test_a_question_in_other_words_finds_its_passage() -> None:
    load_library()
    found = retrieve("may the robot alone turn down a European's mortgage application")
    assert any(passage.id.startswith("gdpr-automated-decisions") for passage in found.passages)


def test_without_a_model_the_search_goes_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    load_library()
    monkeypatch.setattr("chat.library.retrieval.fusion.question_vector", lambda question: None)
    assert retrieve("when is a ctr due").passages[0].id == "ctr-filing-deadline#due"


def test_a_processor_without_avx2_gets_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "_processor_fits", lambda: False)
    assert meaning._model.__wrapped__() is None
