"""Titles by themselves: after the first answer, by the model, and never in anybody's way."""

import asyncio
import logging
from collections.abc import Callable
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from chat.conversations.auto_titles import generate_title, title_is_pending
from chat.conversations.models import Conversation, Turn
from chat.conversations.start import start_turn
from chat.engine.worker.assembly import assistant, worker
from chat.engine.worker.worker import TurnWorker
from tests.support.eventually import eventually
from tests.support.provider_stand_in import Hangs, ProviderStandIn, Refuses, Says, chat_output

Working = Callable[[], TurnWorker]
Configure = Callable[..., None]
QUESTION = "how long do we have to report a suspicious transaction"
SARS = "SAR filing deadline"


@pytest.fixture(autouse=True)
def answering(connected: ProviderStandIn) -> None:
    connected.plays(Says(chat_output()))


def written(title: str) -> Says:
    return Says(f"[[ ## title ## ]]\n{title}\n\n[[ ## completed ## ]]\n")


async def ask(user: User, conversation: Conversation | None = None) -> Turn:
    return await sync_to_async(start_turn)(
        user=user,
        question=QUESTION,
        analysis_type="general",
        conversation=conversation,
        idempotency_key=uuid4().hex,
    )


async def answered(user: User, conversation: Conversation | None = None) -> Turn:
    turn = await ask(user, conversation)
    await eventually(lambda: has_ended(turn))
    return turn


async def at_rest() -> None:
    """The worker has done what it does by itself after an answer: the test's own call comes alone.

    An answer is stored before the worker thinks of its title.
    """
    await worker().drain(grace_s=10)


def title_of(turn: Turn) -> str:
    return Conversation.objects.get(pk=turn.conversation_id).title


def has_ended(turn: Turn) -> bool:
    return Turn.objects.get(pk=turn.pk).status == "done"


def awaited(turn: Turn) -> bool:
    return title_is_pending(Conversation.objects.get(pk=turn.conversation_id))


async def test_the_model_names_the_conversation_after_its_first_answer(
    working: Working, connected: ProviderStandIn, analyst: User, configure: Configure
) -> None:
    configure(model_titles=True)
    connected.titles = [written(f"**{SARS}**")]
    working()
    turn = await ask(analyst)
    await eventually(lambda: title_of(turn) == SARS)
    prompt = str(connected.title_requests[0]["messages"])
    assert QUESTION in prompt
    assert "Thirty days." in prompt
    assert not await sync_to_async(awaited)(turn)


async def test_no_turn_waits_for_its_title(
    working: Working, connected: ProviderStandIn, analyst: User, configure: Configure
) -> None:
    configure(model_titles=True)
    gate = asyncio.Event()
    connected.titles = [Says(written(SARS).text, gate=gate)]
    working()
    turn = await answered(analyst)
    assert await sync_to_async(title_of)(turn) == QUESTION
    assert await sync_to_async(awaited)(turn)
    gate.set()
    await eventually(lambda: title_of(turn) == SARS)


async def test_later_answers_do_not_rename(
    working: Working, connected: ProviderStandIn, analyst: User, configure: Configure
) -> None:
    working()
    turn = await answered(analyst)
    second = await answered(analyst, turn.conversation)
    await at_rest()
    configure(model_titles=True)
    await generate_title(second.pk, assistant().title)
    assert connected.title_requests == []


async def test_a_title_that_somebody_gave_meanwhile_stays(
    working: Working, connected: ProviderStandIn, analyst: User, configure: Configure
) -> None:
    working()
    turn = await answered(analyst)
    await at_rest()
    configure(model_titles=True)
    gate = asyncio.Event()
    connected.titles = [Says(written(SARS).text, gate=gate)]
    naming = asyncio.create_task(generate_title(turn.pk, assistant().title))
    await eventually(lambda: len(connected.title_requests) == 1)
    await Conversation.objects.filter(pk=turn.conversation_id).aupdate(title="Mine")
    gate.set()
    await naming
    assert await sync_to_async(title_of)(turn) == "Mine"
    await generate_title(turn.pk, assistant().title)
    assert len(connected.title_requests) == 1  # nor is it asked for again


@pytest.mark.parametrize(
    ("trouble", "logged"),
    [
        (Refuses(500, "broken"), 1),
        (Hangs(), 1),
        (Says("<think>No title yet."), 1),
        (written("<think>x"), 0),
        (written(""), 0),
    ],
    ids=["refused", "hanging", "thinking without end", "only thinking", "empty"],
)
async def test_a_failure_is_logged_once_and_the_title_stays(
    working: Working,
    connected: ProviderStandIn,
    configure: Configure,
    analyst: User,
    caplog: pytest.LogCaptureFixture,
    trouble: Says | Refuses | Hangs,
    logged: int,
) -> None:
    configure(provider_retries=0)
    working()
    turn = await answered(analyst)
    await at_rest()
    # Short only where it is waited for: a busy machine takes seconds for the others.
    configure(model_titles=True, title_timeout_s=0.5 if isinstance(trouble, Hangs) else 30)
    connected.titles = [trouble] * 3
    with caplog.at_level(logging.WARNING, logger="chat.conversations.auto_titles"):
        await generate_title(turn.pk, assistant().title)
    assert await sync_to_async(title_of)(turn) == QUESTION
    ours = [record for record in caplog.records if record.name.startswith("chat.")]
    assert len(ours) == logged, caplog.text
    assert QUESTION not in caplog.text  # what was asked is nobody's business
