"""A question enters once, whole, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from chat.conversations.models import Conversation, Message, StreamStats, Turn
from chat.conversations.start import edit_question, regenerate, start_turn
from chat.kernel.errors import IdempotencyKeyReused, InvalidInput, TurnInProgress

pytestmark = pytest.mark.django_db


def start(user: User, **changes: Any) -> Turn:
    values: dict[str, Any] = {
        "question": "When is a SAR due?",
        "analysis_type": "compliance",
        "conversation": None,
        "idempotency_key": "key-1",
    }
    return start_turn(user=user, **{**values, **changes})


def test_a_question_makes_a_conversation_a_message_and_a_queued_turn(analyst: User) -> None:
    turn = start(analyst)
    assert turn.status == "queued"
    assert turn.question.text == "When is a SAR due?"
    assert turn.conversation.title == "When is a SAR due?"
    assert turn.conversation.owner == analyst
    assert StreamStats.objects.filter(turn=turn).exists()


def test_the_same_key_again_gives_the_same_turn(analyst: User) -> None:
    assert start(analyst) == start(analyst)
    assert Message.objects.count() == Conversation.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"question": "When is a CTR due?"}, {"analysis_type": "general"}]
)
def test_the_same_key_with_another_request_is_refused(
    analyst: User, changes: dict[str, str]
) -> None:
    turn = start(analyst)
    with pytest.raises(IdempotencyKeyReused) as refused:
        start(analyst, **changes)
    assert refused.value.turn_id == turn.pk
    assert Message.objects.count() == Conversation.objects.count() == 1


def test_the_same_key_and_question_in_another_conversation_is_refused(analyst: User) -> None:
    turn, other = start(analyst), start(analyst, idempotency_key="key-2")
    for elsewhere in (other.conversation, Conversation.objects.create(owner=analyst)):
        with pytest.raises(IdempotencyKeyReused):
            start(analyst, conversation=elsewhere)
    assert start(analyst, conversation=turn.conversation) == turn


def test_a_key_used_within_a_conversation_begins_none(analyst: User) -> None:
    first = start(analyst)
    Turn.objects.update(status="done")
    start(analyst, conversation=first.conversation, idempotency_key="key-2")
    with pytest.raises(IdempotencyKeyReused):
        start(analyst, idempotency_key="key-2")


def test_the_same_key_behind_another_turn_is_refused(analyst: User) -> None:
    first = start(analyst)
    asked = {"conversation": first.conversation, "idempotency_key": "key-2"}
    Turn.objects.update(status="done")
    second = start(analyst, **asked, parent_id=first.pk)
    assert start(analyst, **asked, parent_id=first.pk) == second
    with pytest.raises(IdempotencyKeyReused):
        start(analyst, **asked, parent_id=second.pk)


def test_the_key_of_a_question_in_a_deleted_conversation_is_refused(analyst: User) -> None:
    turn = start(analyst)
    Conversation.objects.filter(pk=turn.conversation_id).update(deleted_at=timezone.now())
    with pytest.raises(IdempotencyKeyReused):
        start(analyst)


def test_the_key_of_an_edit_serves_no_other_edit(analyst: User) -> None:
    turn = start(analyst)
    Turn.objects.update(status="done")
    edit = partial(edit_question, turn, analysis_type="general", idempotency_key="edit")
    assert edit(question="CTR?") == edit(question="CTR?")
    with pytest.raises(IdempotencyKeyReused):
        edit(question="MSB?")
    with pytest.raises(IdempotencyKeyReused):
        regenerate(turn, idempotency_key="edit")


def test_keys_of_two_users_do_not_meet(analyst: User, stranger: User) -> None:
    assert start(analyst) != start(stranger)


def test_a_conversation_has_one_live_turn(analyst: User) -> None:
    turn = start(analyst)
    with pytest.raises(TurnInProgress):
        start(analyst, conversation=turn.conversation, idempotency_key="key-2")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("question", " \n\0 "),
        ("question", "x" * 100_001),
        ("analysis_type", "poetry"),
        ("idempotency_key", ""),
        ("idempotency_key", "k" * 65),
    ],
    ids=["blank", "long", "type", "no key", "long key"],
)
def test_bad_input_is_refused_with_its_field_and_leaves_nothing(
    analyst: User, field: str, value: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        start(analyst, **{field: value})
    assert refused.value.field == field
    assert not Conversation.objects.exists()


def test_a_long_first_line_is_cut_for_the_title(analyst: User) -> None:
    title = start(analyst, question="word " * 50 + "\nsecond line").conversation.title
    assert 60 < len(title) <= 80
    assert title.endswith("…")


def test_trying_again_asks_the_same_in_the_same_place_once(analyst: User) -> None:
    turn = start(analyst)
    Turn.objects.update(status="failed")
    turn.refresh_from_db()
    again = regenerate(turn)
    assert again != turn
    assert again.question.text == turn.question.text
    assert again.conversation == turn.conversation
    assert regenerate(turn) == again


@pytest.mark.django_db(transaction=True)
def test_of_two_posts_at_once_with_one_key_one_turn_comes(analyst: User) -> None:
    def post(_: int) -> int:
        try:
            return start(analyst).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        turns = set(threads.map(post, range(8)))
    assert len(turns) == 1
    assert Conversation.objects.count() == 1
