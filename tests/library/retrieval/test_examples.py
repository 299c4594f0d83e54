"""Every example question of the start page is answered, with its own note first."""

import pytest

from chat.conversations.views.example_questions import EXAMPLES
from chat.library.retrieval import retrieve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

_NOTES = {
    "How long do we have to report": "sar-filing-deadline",
    "When does a cash deposit need": "ctr-filing-threshold",
    "Which identification do we need": "cip-identification-items",
    "What must we do when a payment": "ofac-screening-potential-match",
    "How soon must we report a data": "gdpr-breach-notification",
    "Review this procedure": "structuring-teller-conduct",
    "Review this letter": "sar-no-tipping-off-customers",
}
_QUESTIONS = [question for group in EXAMPLES for question in group.questions]


def test_every_example_has_its_note() -> None:
    for question, beginning in zip(_QUESTIONS, _NOTES, strict=True):
        assert question.startswith(beginning)


@pytest.mark.parametrize(("question", "note"), list(zip(_QUESTIONS, _NOTES.values(), strict=True)))
def test_an_example_is_answered_by_the_note_that_it_is_about(question: str, note: str) -> None:
    assert retrieve(question).passages[0].id.partition("#")[0] == note
