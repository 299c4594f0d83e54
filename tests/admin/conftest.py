"""Turns with statistics, and people who may look at them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.models import Conversation, Message, StreamStats, Turn
from chat.kernel.answer import Answer
from tests.support.one_passage import DEADLINE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANSWER = Answer(
    reasoning="The question asks for a **deadline**.",
    analysis="One rule applies [sar-filing-deadline#due].",
    response="“no later than 30 calendar days” [sar-filing-deadline#due]. Not <b>bold</b>.",
    passages=[DEADLINE.model_dump(mode="json")],
    findings=[
        {
            "title": "Late filing",
            "severity": "high",
            "explanation": "“no later than 31 calendar days” [sar-filing-deadline#due]",
        }
    ],
    artifacts=[{"kind": "checklist", "title": "Steps", "content": "- [ ] File"}],
)
MakeTurn = Callable[..., Turn]


def parsed(response: Any) -> LexborHTMLParser:
    assert response.status_code == 200
    return LexborHTMLParser(response.content.decode())


def text_of(response: Any) -> str:
    body = parsed(response).body
    assert body is not None
    return " ".join(body.text().split())


@pytest.fixture
def make_turn(analyst: User) -> MakeTurn:
    """``make_turn(status="failed", first_token_ms=300, …)``; one conversation unless given."""
    made: list[Turn] = []

    def make(
        question: str = "How long?",
        *,
        conversation: Conversation | None = None,
        answer: Answer = ANSWER,
        status: str = "done",
        first_token_ms: int | None = 100,
        error_code: str = "",
        analysis_type: str = "compliance",
        **stats: Any,
    ) -> Turn:
        conversation = conversation or (made[0].conversation if made else None)
        conversation = conversation or Conversation.objects.create(owner=analyst, title="Deadlines")
        turn = Turn.objects.create(
            conversation=conversation,
            parent=conversation.turns.last(),
            question=Message.objects.create(
                conversation=conversation, sender="user", text=question
            ),
            analysis_type=analysis_type,
            status=status,
            error_code=error_code,
            idempotency_key=f"{len(made)}",
            answer_state=answer.as_state(),
        )
        wait = None if first_token_ms is None else NOON + timedelta(milliseconds=first_token_ms)
        values = {"model": "openai/m", "engine": "native", **stats}
        StreamStats.objects.create(turn=turn, queued_at=NOON, first_token_at=wait, **values)
        made.append(turn)
        return turn

    return make


@pytest.fixture
def staff(db: None) -> Client:
    """Staff without any rights of their own."""
    client = Client()
    client.force_login(User.objects.create_user("staff", is_staff=True))
    return client
