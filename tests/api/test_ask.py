"""Asking over the API: a question in, the answer's chunks out, over real ASGI."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.accounts.models import ApiToken
from chat.conversations.models import Conversation, Message, StreamStats, Turn
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk
from chat.kernel.database import in_database
from tests.api.conftest import question
from tests.api.program import Event, Program
from tests.support.eventually import eventually
from tests.support.provider_stand_in import ProviderStandIn, Refuses, Says, chat_output

ASK = "/api/chat/stream"


def answer_of(events: list[Event]) -> Answer:
    """What a program that folds the chunks ends up with."""
    answer = Answer()
    for event in events:
        answer.apply(StreamChunk.model_validate(event.data))
    return answer


async def ask(program: Program, body: dict[str, Any]) -> tuple[dict[str, str], list[Event]]:
    """All chunks of the answer, one an event."""
    async with program.post(f"{ASK}?every_token=1", body) as reply:
        assert reply.status == 200
        return reply.headers, await reply.all_events()


async def test_an_answer_comes_as_numbered_chunks_with_one_end(program: Program) -> None:
    headers, events = await ask(program, question())
    assert headers["content-type"].startswith("text/event-stream")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.data["done"] for event in events] == [False] * (len(events) - 1) + [True]
    answer = answer_of(events)
    assert "30 calendar days" in answer.response
    assert answer.outcome == "done"


async def test_text_that_arrives_together_is_one_event_and_loses_nothing(program: Program) -> None:
    headers, chunks = await ask(program, question())
    path = f"/api/turns/{headers['x-oliver-turn']}/stream"
    async with program.get(path) as reply:
        events = await reply.all_events()
    assert answer_of(events) == answer_of(chunks)
    fields = [event.data["field"] for event in events]
    assert fields.count("response") == fields.count("reasoning") == 1 < len(chunks) - len(events)
    for event in events:  # whoever goes on after one of them misses nothing
        assert event.seq
        async with program.get(f"{path}?after={event.seq}&every_token=1") as reply:
            assert await reply.all_events() == chunks[event.seq :]


async def test_proxies_are_told_not_to_hold_the_stream_back(program: Program) -> None:
    headers, _ = await ask(program, question())
    assert headers["x-accel-buffering"] == "no"
    assert headers["cache-control"] == "private, no-store"
    assert headers["content-encoding"] == "identity"


async def test_the_headers_name_the_turn_and_its_conversation(program: Program) -> None:
    headers, events = await ask(program, question())
    turn = await in_database(Turn.objects.get)
    assert headers["x-oliver-turn"] == str(turn.pk)
    assert headers["x-oliver-conversation"] == str(turn.conversation_id)
    assert "x-oliver-follow" not in headers
    assert turn.answer == answer_of(events)


async def test_chunks_arrive_while_the_model_writes(
    connected: ProviderStandIn, program: Program
) -> None:
    gate = asyncio.Event()
    output = chat_output(response="Thirty days.")
    connected.plays(Says(output, gate=gate, gate_at=output.index("days.")))
    async with program.post(ASK, question()) as reply:
        text = ""
        async for event in reply.events():
            if event.data["field"] == "response":
                text += event.data["content"]
                if text.startswith("Thirty") and not gate.is_set():
                    assert "days" not in text
                    gate.set()
    assert text == "Thirty days."


async def test_earlier_messages_become_the_history_of_a_new_conversation(
    connected: ProviderStandIn, program: Program
) -> None:
    connected.plays(Says(chat_output()))
    messages = [
        {"content": "What is a CTR?", "sender": "user"},
        {"content": "A report of cash over $10,000.", "sender": "assistant"},
        {"content": "And a suspicious one?", "sender": "user"},
    ]
    headers, _ = await ask(program, {"messages": messages})
    prompt = str(connected.requests[0]["messages"])
    assert "What is a CTR?" in prompt
    assert "A report of cash over $10,000." in prompt
    conversation = await in_database(Conversation.objects.get)
    assert headers["x-oliver-conversation"] == str(conversation.pk)
    assert conversation.title == "What is a CTR?"
    turns = await in_database(lambda: list(Turn.objects.values_list("question__text", "status")))
    assert turns == [("What is a CTR?", "done"), ("And a suspicious one?", "done")]


async def test_history_that_was_brought_along_has_no_statistics(program: Program) -> None:
    messages = [
        {"content": "Hi", "sender": "user"},
        {"content": "Hello.", "sender": "assistant"},
        {"content": "report suspicious", "sender": "user"},
    ]
    await ask(program, {"messages": messages})
    assert await in_database(StreamStats.objects.count) == 1
    first = await in_database(Turn.objects.order_by("pk").first)
    assert first is not None
    async with program.get(f"/api/turns/{first.pk}") as reply:
        told = await reply.json()
    assert told["stats"] is None
    assert told["answer"]["response"] == "Hello."


async def test_the_stream_of_a_brought_turn_tells_it_whole(program: Program) -> None:
    messages = [
        {"content": "Hi", "sender": "user"},
        {"content": "Hello.", "sender": "assistant"},
        {"content": "report suspicious", "sender": "user"},
    ]
    await ask(program, {"messages": messages})
    first = await in_database(Turn.objects.order_by("pk").first)
    assert first is not None
    async with program.get(f"/api/turns/{first.pk}/stream") as reply:
        answer = answer_of(await reply.all_events())
    assert (answer.response, answer.outcome) == ("Hello.", "done")


async def test_with_a_conversation_only_the_last_message_is_read(
    connected: ProviderStandIn, program: Program
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.")))
    headers, _ = await ask(program, question("suspicious?"))
    messages = [
        {"content": "Something else entirely", "sender": "user"},
        {"content": "Not so", "sender": "assistant"},
        {"content": "and for suspicious wires?", "sender": "user"},
    ]
    conversation_id = int(headers["x-oliver-conversation"])
    again, _ = await ask(program, {"messages": messages, "conversation_id": conversation_id})
    assert again["x-oliver-conversation"] == headers["x-oliver-conversation"]
    asked = await in_database(
        lambda: list(Message.objects.filter(sender="user").values_list("text"))
    )
    assert asked == [("suspicious?",), ("and for suspicious wires?",)]
    prompt = str(connected.requests[1]["messages"])
    assert "suspicious?" in prompt
    assert "Something else" not in prompt


HISTORY = [
    {"content": "Hi", "sender": "user"},
    {"content": "Hello.", "sender": "assistant"},
    {"content": "report suspicious", "sender": "user"},
]


async def test_the_same_key_again_follows_the_same_turn(program: Program) -> None:
    body = question(idempotency_key="order-7")
    first, events = await ask(program, body)
    second, again = await ask(program, body)
    assert second["x-oliver-turn"] == first["x-oliver-turn"]
    assert again == events
    assert await in_database(Turn.objects.count) == 1


async def test_the_same_key_with_history_brings_it_along_once(program: Program) -> None:
    body = {"messages": HISTORY, "idempotency_key": "order-7"}
    first, _ = await ask(program, body)
    second, _ = await ask(program, body)
    assert second["x-oliver-turn"] == first["x-oliver-turn"]
    assert await in_database(Conversation.objects.count) == 1
    assert await in_database(Turn.objects.count) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"messages": [{"content": "When is a CTR due?", "sender": "user"}]},
        {"messages": [*HISTORY[:1], {"content": "No.", "sender": "assistant"}, *HISTORY[2:]]},
        {"analysis_type": "compliance"},
    ],
    ids=["another question", "another history", "another type"],
)
async def test_the_same_key_with_another_body_is_refused_and_leaves_nothing(
    program: Program, other: dict[str, Any]
) -> None:
    body = {"messages": HISTORY, "idempotency_key": "order-7"}
    await ask(program, body)
    async with program.post(ASK, {**body, **other}) as reply:
        error = (await reply.json())["error"]
    assert (reply.status, error["code"]) == (409, "idempotency_key_reused")
    assert error["field"] == "idempotency_key"
    assert await in_database(Conversation.objects.count) == 1


async def test_the_analysis_type_is_that_of_the_request(program: Program) -> None:
    await ask(program, question(analysis_type="compliance"))
    assert (
        await in_database(Turn.objects.values_list("analysis_type", flat=True).get) == "compliance"
    )


async def test_a_program_that_leaves_finds_the_whole_answer_later(
    connected: ProviderStandIn, program: Program
) -> None:
    gate = asyncio.Event()
    connected.plays(Says(chat_output(response="Thirty days."), gate=gate, gate_at=40))
    async with program.post(ASK, question()) as reply:
        turn_id = reply.headers["x-oliver-turn"]
        await connected.has_requests(1)
    gate.set()
    await eventually(lambda: Turn.objects.filter(pk=turn_id, status="done").exists())
    async with program.get(f"/api/turns/{turn_id}") as reply:
        told = await reply.json()
    assert told["answer"]["response"] == "Thirty days."


async def test_a_failure_of_the_model_is_the_last_chunk(
    connected: ProviderStandIn, program: Program
) -> None:
    connected.plays(Refuses(401, "invalid_api_key"))
    _, events = await ask(program, question())
    assert events[-1].data["type"] == "error"
    assert events[-1].data["error"]["code"] == "provider_auth"
    assert "OLIVER_API_KEY" in events[-1].data["error"]["message"]


async def test_nothing_is_asked_in_somebody_elses_conversation(
    program: Program, site: Any, stranger: User
) -> None:
    headers, _ = await ask(program, question())
    secret = (await in_database(ApiToken.issue, stranger))[1]
    body = question(conversation_id=int(headers["x-oliver-conversation"]))
    async with Program(site, token=secret).post(ASK, body) as reply:
        assert reply.status == 404
        assert (await reply.json())["error"]["code"] == "not_found"


@pytest.mark.parametrize("text", ["Straße 🦊 “quoted” \r\n second line", "[[ ## response ## ]]"])
async def test_any_text_is_stored_as_it_was_sent(program: Program, text: str) -> None:
    await ask(program, question(text))
    assert (
        await in_database(Message.objects.filter(sender="user").values_list("text", flat=True).get)
        == text
    )


def test_the_page_shows_what_a_program_brought_along(client: Client, analyst: User) -> None:
    messages = [
        {"content": "Hi there", "sender": "user"},
        {"content": "Hello, **analyst**.", "sender": "assistant"},
        {"content": "report suspicious", "sender": "user"},
    ]
    asked = client.post(ASK, {"messages": messages}, content_type="application/json")
    browser = Client()
    browser.force_login(analyst)
    page = browser.get(f"/conversations/{asked['X-Oliver-Conversation']}/").content.decode()
    assert "Hi there" in page
    assert "Hello, <strong>analyst</strong>." in page
