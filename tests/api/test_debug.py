"""The debug stream: raw values for staff, nothing stored, nothing left running."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from chat.accounts.models import ApiToken
from chat.conversations.models import Turn
from chat.engine.worker import assembly
from chat.kernel.database import in_database
from tests.api.conftest import question
from tests.api.program import Program
from tests.support.provider_stand_in import Hangs, ProviderStandIn, Refuses, Says, chat_output

DEBUG = "/api/chat/stream/debug"


@pytest.fixture
def staff_token(transactional_db: None) -> str:
    return ApiToken.issue(User.objects.create_user("staff", is_staff=True))[1]


@pytest.fixture
async def staff(site: Any, library_of_one: None, staff_token: str) -> AsyncIterator[Program]:
    yield Program(site, token=staff_token)
    await assembly.aclose()


async def test_analysts_may_not_see_raw_values(site: Any, token: str) -> None:
    async with Program(site, token=token).post(DEBUG, question()) as reply:
        assert reply.status == 403
        assert (await reply.json())["error"]["code"] == "forbidden"


async def test_staff_see_every_value_and_no_turn_is_stored(
    connected: ProviderStandIn, staff: Program
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.")))
    async with staff.post(DEBUG, question()) as reply:
        assert reply.status == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        values = [event.data for event in await reply.all_events()]
    kinds = {value["kind"] for value in values}
    assert kinds == {
        "StatusMessage",
        "FittedPrompt",
        "StreamChunk",
        "StreamResponse",
        "Prediction",
    }
    text = "".join(
        response["chunk"]
        for value in values
        if value["kind"] == "StreamResponse"
        for response in value["value"]
        if response["signature_field_name"] == "response"
    )
    assert text == "Thirty days."
    assert values[-1]["value"]["fields"]["response"] == "Thirty days."
    assert "stand-in" in str(values[-1]["value"]["usage"])
    assert not await in_database(Turn.objects.exists)


async def test_earlier_messages_reach_the_model(connected: ProviderStandIn, staff: Program) -> None:
    connected.plays(Says(chat_output()))
    messages = [
        {"content": "What is a CTR?", "sender": "user"},
        {"content": "A report of cash.", "sender": "assistant"},
        {"content": "And a suspicious one?", "sender": "user"},
    ]
    async with staff.post(DEBUG, {"messages": messages}) as reply:
        await reply.all_events()
    assert "A report of cash." in str(connected.requests[0]["messages"])


async def test_a_failure_is_one_last_event(connected: ProviderStandIn, staff: Program) -> None:
    connected.plays(Refuses(401, "invalid_api_key"))
    async with staff.post(DEBUG, question()) as reply:
        values = [event.data for event in await reply.all_events()]
    assert [value["kind"] for value in values].count("error") == 1
    assert values[-1]["error"]["code"] == "provider_auth"


@pytest.mark.parametrize("written", [True, False], ids=["in its answer", "before it"])
async def test_a_disconnect_ends_the_models_call(
    connected: ProviderStandIn, staff: Program, written: bool
) -> None:
    output = chat_output(response="Thirty days.")
    waits = Says(output, gate=asyncio.Event(), gate_at=output.index("days."))
    connected.plays(waits if written else Hangs())
    before = asyncio.all_tasks()
    async with staff.post(DEBUG, question()) as reply:
        await connected.has_requests(1)
        async for event in reply.events():
            said = str(event.data)
            if ("Thirty" in said) if written else ("Asking" in said):
                break
    if written:
        await connected.disconnected.wait()
    left = {task for task in asyncio.all_tasks() - before if "_produce" in repr(task)}
    assert not left


async def test_a_bad_body_is_refused_before_the_stream_begins(staff: Program) -> None:
    async with staff.post(DEBUG, question(conversation_id=7)) as reply:
        assert reply.status == 422
        assert (await reply.json())["error"]["field"] == "conversation_id"


async def test_debug_streams_count_against_the_limits_of_their_user(
    connected: ProviderStandIn, staff: Program, configure: Callable[..., None]
) -> None:
    configure(turns_per_minute=2)
    connected.plays(Says(chat_output()))
    statuses = []
    for _ in range(3):
        async with staff.post(DEBUG, question()) as reply:
            statuses.append(reply.status)
            if reply.status == 200:
                await reply.all_events()
    assert statuses == [200, 200, 429]


async def test_a_user_has_a_limited_number_of_debug_streams(
    connected: ProviderStandIn, staff: Program, configure: Callable[..., None]
) -> None:
    configure(live_turns_per_user=1)
    connected.plays(Hangs())
    async with staff.post(DEBUG, question()) as first:
        await connected.has_requests(1)
        async with staff.post(DEBUG, question()) as second:
            assert second.status == 429
            assert (await second.json())["error"]["code"] == "too_many_live_turns"
        assert first.status == 200


LOSSES: dict[str, Callable[[], Any]] = {
    "is no longer of the staff": lambda: User.objects.update(is_staff=False),
    "is deactivated": lambda: User.objects.update(is_active=False),
    "revokes the token": lambda: ApiToken.objects.all().delete(),
}


@pytest.mark.parametrize("loss", LOSSES)
async def test_the_stream_of_somebody_ends_who(
    loss: str, connected: ProviderStandIn, staff: Program, configure: Callable[..., None]
) -> None:
    configure(access_recheck_every_s=0.02)
    connected.plays(Hangs())
    async with staff.post(DEBUG, question()) as reply:
        await connected.has_requests(1)
        await in_database(LOSSES[loss])
        await reply.all_events()  # they end although the model hangs
