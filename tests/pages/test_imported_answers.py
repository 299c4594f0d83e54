"""An answer that a program sent in says so wherever it is read: nobody takes it for Oliver's."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.test import Client
from docx import Document

from chat.accounts.models import ApiToken
from chat.conversations.exports import FormatName, export
from chat.conversations.imported_history import start_with_history
from chat.conversations.models import ShareLink, Turn
from chat.engine.assistant.history import Exchange

pytestmark = pytest.mark.django_db
SENTENCE = "A program submitted this answer. Oliver did not write it."


@pytest.fixture
def turn(analyst: User) -> Turn:
    """The turn of the question; the one before it was sent in."""
    return start_with_history(
        user=analyst,
        exchanges=[Exchange(query="What is a CTR?", response="A report.")],
        question="And a SAR?",
        analysis_type="general",
        idempotency_key="key",
    )


def test_the_turn_knows_it(turn: Turn) -> None:
    known = list(Turn.objects.values_list("is_imported", flat=True))
    assert known == [True, False]


def test_the_page_marks_that_answer_only(turn: Turn, browser: Client) -> None:
    assert browser.get(turn.conversation.get_absolute_url()).text.count(SENTENCE) == 1


def test_the_shared_page_marks_it(turn: Turn, configure: Callable[..., None]) -> None:
    configure(sharing=True)
    _, secret = ShareLink.issue(turn.conversation, last_turn_id=turn.pk, days=1)
    assert Client().get(f"/shared/{secret}/").text.count(SENTENCE) == 1


def test_the_transcript_of_the_administration_marks_it(turn: Turn, analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(analyst)
    page = client.get(f"/admin/conversations/conversation/{turn.conversation_id}/change/")
    assert page.text.count(SENTENCE) == 1


@pytest.mark.parametrize("kind", ["markdown", "docx"])
def test_every_export_for_people_marks_it(kind: FormatName, turn: Turn) -> None:
    content = export(turn.conversation, kind).content
    assert text_in(content, kind).count(SENTENCE) == 1


def text_in(content: bytes, kind: FormatName) -> str:
    if kind == "docx":
        return "\n".join(each.text for each in Document(BytesIO(content)).paragraphs)
    return content.decode()


def test_programs_find_it_in_the_export_as_json(turn: Turn) -> None:
    told = json.loads(export(turn.conversation, "json").content)
    assert [each["is_imported"] for each in told["turns"]] == [True, False]


def test_the_api_says_it(turn: Turn, analyst: User) -> None:
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(analyst)[1]}"})
    told = [client.get(f"/api/turns/{each.pk}").json() for each in Turn.objects.all()]
    assert [each["is_imported"] for each in told] == [True, False]
