"""What tests of pages share: a signed-in browser, turns in any state, a small library."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.models import Conversation, Message, StreamStats, Turn
from chat.kernel.answer import Answer
from chat.library.retrieval import load_library

MakeTurn = Callable[..., Turn]

_NOTE = """\
---
title: {title}
topic: sar
authority: FinCEN
section: 31 CFR 1020.320
url: https://www.ecfr.gov/current/title-31/section-1020.320
checked: 2026-11-22
jurisdiction: [US]
binds: banks
status: in force
as_of: 2026-11-22
also: [{also}]
---

## {heading} {{#due .deadline}}

{text}

## Keeping records {{#records .record}}

A bank must keep a copy of each SAR and of its supporting documents for five years from the date of
filing. A bank must make the supporting documents available to FinCEN and to its supervisor on
request.
"""


@pytest.fixture
def browser(analyst: User) -> Client:
    """The analyst's, signed in."""
    client = Client()
    client.force_login(analyst)
    return client


@pytest.fixture
def conversation(analyst: User) -> Conversation:
    return Conversation.objects.create(owner=analyst, title="When is a SAR due?")


@pytest.fixture
def make_turn(conversation: Conversation) -> MakeTurn:
    """``make_turn(status="done", answer=Answer(…))`` at the end of the analyst's conversation,
    or where ``parent`` and ``message`` say."""
    numbers = count(1)

    def make(
        question: str = "When is a SAR due?",
        *,
        answer: Answer | None = None,
        message: Message | None = None,
        **values: Any,
    ) -> Turn:
        turn = Turn.objects.create(
            conversation=conversation,
            question=message
            or Message.objects.create(conversation=conversation, sender="user", text=question),
            idempotency_key=f"key-{next(numbers)}",
            answer_state=(answer or Answer()).as_state(),
            **{
                "analysis_type": "general",
                "status": "done",
                "parent": conversation.turns.last(),
                **values,
            },
        )
        StreamStats.objects.create(turn=turn)
        return turn

    return make


@pytest.fixture
def small_library(tmp_path: Path, db: None) -> None:
    """Two notes, loaded as the real ones are."""
    _write(
        tmp_path / "sar-deadline.md",
        title="Deadline for filing an initial SAR",
        also="how long to report, due date",
        heading="Thirty calendar days",
        text=(
            "A bank must file a SAR no later than 30 calendar days after the date the bank "
            "initially detects facts that may constitute a basis for filing. The 30-day period "
            "counts every calendar day, including weekends and holidays."
        ),
    )
    _write(
        tmp_path / "sar-tipping-off.md",
        title="What front-line staff may say to a customer",
        also="tell the client, tipping off",
        heading="No disclosure",
        text=(
            "A teller must not disclose to a customer that a SAR was or will be filed, nor any "
            "information that would reveal the existence of a SAR. A teller may explain in "
            "general terms which identification a bank asks for."
        ),
    )
    load_library(tmp_path)


def _write(path: Path, **values: str) -> None:
    path.write_text(_NOTE.format(**values))
