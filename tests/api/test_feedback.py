"""Feedback over the API."""

from typing import Any, get_args

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.accounts.models import ApiToken
from chat.api.schemas import ReasonCode
from chat.conversations.feedback.models import Reason
from chat.conversations.models import Conversation, Feedback, Message, Turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn(analyst: User) -> Turn:
    conversation = Conversation.objects.create(owner=analyst)
    message = Message.objects.create(conversation=conversation, sender="user", text="?")
    return Turn.objects.create(conversation=conversation, question=message, status="done")


def put(client: Client, turn: Turn, **body: Any) -> Any:
    url = f"/api/turns/{turn.pk}/feedback"
    return client.put(url, body, content_type="application/json")


def test_the_api_knows_the_reasons_of_the_page() -> None:
    assert list(get_args(ReasonCode)) == Reason.values


def test_feedback_is_kept_replaced_and_told_with_the_turn(client: Client, turn: Turn) -> None:
    put(client, turn, rating="up", comment="Good.")
    told = put(client, turn, rating="down", reasons=["outdated"], comment="New rule.").json()
    assert (told["rating"], told["reasons"], told["comment"]) == (
        "down",
        ["outdated"],
        "New rule.",
    )
    assert client.get(f"/api/turns/{turn.pk}").json()["feedback"] == told
    assert Feedback.objects.count() == 1


def test_feedback_is_taken_back_also_where_there_is_none(client: Client, turn: Turn) -> None:
    put(client, turn, rating="up")
    for _ in range(2):
        assert client.delete(f"/api/turns/{turn.pk}/feedback").status_code == 204
    assert client.get(f"/api/turns/{turn.pk}").json()["feedback"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rating"),
        ({"rating": "sideways"}, "rating"),
        ({"rating": "down", "reasons": ["poetry"]}, "reasons.0"),
        ({"rating": "down", "comment": "x" * 2_001}, "comment"),
    ],
)
def test_bad_input_is_refused_with_its_field(
    client: Client, turn: Turn, body: dict[str, Any], field: str
) -> None:
    response = put(client, turn, **body)
    assert (response.status_code, response.json()["error"]["field"]) == (422, field)


def test_a_live_turn_and_a_strangers_turn_take_none(
    client: Client, turn: Turn, stranger: User
) -> None:
    Turn.objects.update(status="running")
    assert put(client, turn, rating="up").status_code == 422
    Turn.objects.update(status="done")
    secret = ApiToken.issue(stranger)[1]
    other = Client(headers={"Authorization": f"Bearer {secret}"})
    assert put(other, turn, rating="up").status_code == 404
    assert not Feedback.objects.exists()
