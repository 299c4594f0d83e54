"""Everyday questions find their note: one by one, and as shares that must not fall.

To fix a question that should work, widen the everyday words (``chat/library/retrieval/sayings``, or
``also:`` of the note) in a way that helps others too; never copy the question. What stays wrong is
listed with its reason in known_misses.txt.
"""

import pytest

from tests.library.retrieval.cases import is_held_out, rows
from tests.library.retrieval.conftest import Find

pytestmark = pytest.mark.django_db

CASES = rows("questions_*.tsv")
KNOWN_MISSES = {question for question, _ in rows("known_misses.txt")}
FOUND_FIRST = [case for case in CASES if case[0] not in KNOWN_MISSES]


def notes(question: str, find: Find) -> list[str]:
    """Slugs of the notes whose passages are returned, in order."""
    return [passage.id.partition("#")[0] for passage in find(question).passages]


def is_first(case: list[str], find: Find) -> bool:
    question, *right = case
    return bool(set(right).intersection(notes(question, find)[:1]))


def share_first(cases: list[list[str]], find: Find) -> float:
    return sum(is_first(case, find) for case in cases) / len(cases)


@pytest.mark.parametrize("case", FOUND_FIRST, ids=lambda case: case[0])
def test_the_right_note_comes_first(case: list[str], find: Find) -> None:
    question, *right = case
    assert is_first(case, find), f"wants {right}, got {notes(question, find) or 'a refusal'}"


def test_enough_questions_are_asserted_one_by_one() -> None:
    assert len(FOUND_FIRST) >= 400


def test_every_known_miss_is_still_a_miss(find: Find) -> None:
    mended = [case[0] for case in CASES if case[0] in KNOWN_MISSES and is_first(case, find)]
    assert not mended, "these work now; strike them from known_misses.txt"


def test_the_right_note_is_returned_for_at_least_95_percent(find: Find) -> None:
    missing = [q for q, *right in CASES if not set(right).intersection(notes(q, find))]
    assert len(missing) <= 0.05 * len(CASES), missing


def test_questions_in_scope_are_hardly_ever_refused(find: Find) -> None:
    refused = [question for question, *_ in CASES if not find(question).passages]
    assert len(refused) < 0.03 * len(CASES), refused


def test_the_right_note_comes_first_for_most_questions(find: Find) -> None:
    assert share_first(CASES, find) >= 0.88


def test_held_out_questions_do_nearly_as_well(find: Find) -> None:
    held_out = [case for case in CASES if is_held_out(case[0])]
    assert len(held_out) > len(CASES) / 5
    assert share_first(held_out, find) >= 0.84


def test_every_known_miss_is_a_question_and_has_a_reason() -> None:
    questions = {question for question, *_ in CASES}
    for question, reason in rows("known_misses.txt"):
        assert question in questions
        assert len(reason) > 20


def test_at_most_five_passages_each_once(find: Find) -> None:
    for question, *_ in CASES:
        ids = [passage.id for passage in find(question).passages]
        assert len(ids) == len(set(ids)) <= 5


def test_near_titles_come_only_instead_of_passages(find: Find) -> None:
    for question, *_ in CASES + rows("out_of_scope.txt"):
        retrieved = find(question)
        assert not (retrieved.passages and retrieved.near)
        assert len(retrieved.near) <= 3


def test_no_question_is_in_two_tables() -> None:
    questions = [row[0] for row in CASES + rows("out_of_scope.txt")]
    assert len(set(questions)) == len(questions)
