"""Everyday questions find their note, as shares that must not fall.

The everyday words were widened with these questions in view, so they say little of questions that
nobody has seen: ``make evaluate`` does. They show that what worked goes on working.
"""

import pytest

from tests.library.retrieval.cases import rows
from tests.library.retrieval.conftest import Find

pytestmark = pytest.mark.django_db

CASES = rows("questions_*.tsv")


def notes(question: str, find: Find) -> list[str]:
    """Slugs of the notes whose passages are returned, in order."""
    return [passage.id.partition("#")[0] for passage in find(question).passages]


def is_first(case: list[str], find: Find) -> bool:
    question, *right = case
    return bool(set(right).intersection(notes(question, find)[:1]))


def share_first(cases: list[list[str]], find: Find) -> float:
    return sum(is_first(case, find) for case in cases) / len(cases)


def test_the_right_note_is_returned_for_most_questions(find: Find) -> None:
    missing = [q for q, *right in CASES if not set(right).intersection(notes(q, find))]
    assert len(missing) <= 0.08 * len(CASES), missing


def test_questions_in_scope_are_hardly_ever_refused(find: Find) -> None:
    refused = [question for question, *_ in CASES if not find(question).passages]
    assert len(refused) < 0.06 * len(CASES), refused


def test_the_right_note_comes_first_for_most_questions(find: Find) -> None:
    assert share_first(CASES, find) >= 0.82


def test_passages_stay_within_the_budget_each_once(find: Find) -> None:
    for question, *_ in CASES:
        passages = find(question).passages
        assert len({passage.id for passage in passages}) == len(passages)
        assert sum(len(passage.text.split()) for passage in passages) <= 4 * 240


def test_near_titles_come_only_instead_of_passages(find: Find) -> None:
    for question, *_ in CASES + rows("out_of_scope.txt"):
        retrieved = find(question)
        assert not (retrieved.passages and retrieved.near)
        assert len(retrieved.near) <= 3


def test_no_question_is_in_two_tables() -> None:
    questions = [row[0] for row in CASES + rows("out_of_scope.txt")]
    assert len(set(questions)) == len(questions)
