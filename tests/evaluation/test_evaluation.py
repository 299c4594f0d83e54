"""The evaluation itself, and floors that the search must not fall under (``make evaluate``)."""

import re
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from chat.library.retrieval.lexicon import LEXICON_DIR, rows
from chat.library.retrieval.note_files import read_library
from tests.evaluation.cases import SETS, Case, SetName, read_cases
from tests.evaluation.grading import totals
from tests.evaluation.run import evaluate
from tests.library.retrieval.conftest import whole_library

#: A few points under what was measured: right first, usable, refused rightly.
FLOORS: dict[SetName, tuple[float, float, float]] = {
    "development": (62, 88, 90),
    "held_out": (60, 80, 80),
}


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with whole_library(django_db_blocker):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("name", SETS)
@pytest.mark.usefixtures("library")
def test_the_search_stays_above_its_floors(name: SetName) -> None:
    reached = totals(evaluate(name))
    first, usable, refused = FLOORS[name]
    assert reached.first >= first, reached
    assert reached.usable >= usable, reached
    assert reached.refused_rightly >= refused, reached


def test_there_are_enough_questions_none_of_them_twice() -> None:
    cases = {name: read_cases(name) for name in SETS}
    every = [str(case).lower() for name in SETS for case in cases[name]]
    assert len(every) >= 300
    assert len(cases["held_out"]) >= 150
    assert len(set(every)) == len(every)


def test_every_passage_that_a_case_wants_exists() -> None:
    known = {note.key(section) for note in read_library() for section in note.passages}
    known |= {key.partition("#")[0] for key in known}
    wanted = {key for case in _cases() for group in case.asked_for for key in group}
    assert wanted <= known


def test_no_phrase_of_the_lexicon_is_a_question_or_half_of_one_to_refuse() -> None:
    """A name ("hong kong") may stand in one; a phrase that is most of one is a blacklist."""
    phrases = {
        phrase.lower()
        for file in sorted(LEXICON_DIR.glob("*.tsv"))
        for _, phrases in rows(file.name)
        for phrase in phrases
    }
    for case in _cases():
        said = re.sub(r"[^\w\s]", "", case.question.lower())
        most = len(said.split()) / 2 if case.expected == "refusal" else len(said.split()) - 1
        copied = [phrase for phrase in phrases if phrase in said and len(phrase.split()) > most]
        assert not copied, case.question


def _cases() -> list[Case]:
    return [case for name in SETS for case in read_cases(name)]
