"""A reader who claims to know more than there is gets everything anew: a reset.

Wherever the log is, and in both formats.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient

from chat.accounts.models import ApiToken
from chat.conversations.models import Turn
from chat.kernel.database import in_database
from tests.support.eventually import eventually
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output
from tests.support.sse_reader import SSEMessage, SSEReader

ONE_MORE = "one more"  # than there is, which can be said of ended turns only
CLAIMS = ["99999", "abc", "9" * 30]
ANSWER = "Thirty days, and sixty without a suspect."


@pytest.fixture(params=["memory", "redis"])
def log_place(request: pytest.FixtureRequest, configure: Callable[..., None]) -> str:
    if request.param == "redis":
        configure(redis_url=request.getfixturevalue("redis_server").url)
    return str(request.param)


@pytest.fixture(params=["html", "json"])
async def reading(
    request: pytest.FixtureRequest, application: Any, client_of: Any, analyst: User
) -> Callable[..., SSEReader]:
    """``reading(turn, last_event_id=…)`` in the format of a page or of a program."""
    if request.param == "html":
        page = await client_of(analyst)
        return lambda turn, **more: SSEReader(application, page, f"/turns/{turn.pk}/stream", **more)
    _, secret = await in_database(ApiToken.issue, analyst)
    bearer, nobody = {"authorization": f"Bearer {secret}"}, AsyncClient()
    return lambda turn, **more: SSEReader(
        application, nobody, f"/api/turns/{turn.pk}/stream", **bearer, **more
    )


def is_reset(first: SSEMessage, turn: Turn) -> bool:
    """It takes the place of what the reader has, whatever that is."""
    if first.data.startswith("{"):
        return bool(json.loads(first.data)["metadata"]["replace"])
    return f'hx-target="#turn-{turn.pk}' in first.data


@pytest.mark.parametrize(
    ("ended", "claimed"),
    [*((False, claim) for claim in CLAIMS), *((True, claim) for claim in (*CLAIMS, ONE_MORE))],
)
async def test_a_last_event_id_beyond_what_is_known_gets_a_reset(
    ended: bool,
    claimed: str,
    log_place: str,
    reading: Callable[..., SSEReader],
    connected: ProviderStandIn,
    ask: Any,
) -> None:
    gate = asyncio.Event()
    output = chat_output(response=ANSWER)
    connected.plays(Says(output, gate=gate, gate_at=output.index("sixty")))
    turn = await ask()
    async with reading(turn):  # it starts the worker
        stored = await eventually(
            Turn.objects.filter(pk=turn.pk, answer_state__response__icontains="Thirty").first
        )
    if ended:
        gate.set()
        stored = await eventually(Turn.objects.filter(pk=turn.pk, status="done").first)
    seen = str(stored.seq + 1) if claimed is ONE_MORE else claimed
    async with reading(turn, last_event_id=seen) as reader:
        gate.set()
        first, *rest = await reader.to_the_end()
    assert is_reset(first, turn)
    assert int(first.id) >= stored.seq
    assert "Thirty" in first.data + "".join(message.data for message in rest)
    end = rest[-1]
    assert end.event == "done" or json.loads(end.data)["done"]
    assert int(end.id) == (await in_database(Turn.objects.get, pk=turn.pk)).seq
