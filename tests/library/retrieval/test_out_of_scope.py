"""Out-of-scope questions get no passage, at most the nearest titles."""

import pytest

from tests.library.retrieval.cases import rows
from tests.library.retrieval.conftest import Find

pytestmark = pytest.mark.django_db

MUST_BE_REFUSED = (
    "what is the capital of france",
    "how do i bake a chocolate cake",
    "who won the world cup",
    "write a poem about the sea",
    "what's the weather in berlin tomorrow",
    "how do i reset my outlook password",
    "best restaurants near the office",
    "what is the corporate tax rate in germany",
    "python list comprehension example",
    "what is the IRS mileage rate",
)


@pytest.mark.parametrize("question", MUST_BE_REFUSED)
def test_an_out_of_scope_question_gets_no_passage(question: str, find: Find) -> None:
    assert find(question).passages == ()


def test_nearly_all_out_of_scope_questions_are_refused(find: Find) -> None:
    questions = [question for (question,) in rows("out_of_scope.txt")]
    answered = [question for question in questions if find(question).passages]
    assert len(questions) >= 60
    assert len(answered) <= 0.12 * len(questions), answered


def test_a_question_that_shares_nothing_with_the_library_gets_no_near_titles(find: Find) -> None:
    assert find("how do i bake a chocolate cake").near == ()
