"""A reader who may not read any more is cut, and told so; nobody else notices."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.accounts.models import ApiToken
from chat.conversations.models import Conversation, Turn
from chat.engine.delivery import access_recheck
from chat.engine.delivery.access_recheck import Reader, readers_with_access
from chat.engine.delivery.follow import mark_of
from chat.kernel.conf import Conf
from chat.kernel.database import in_database
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output
from tests.support.sse_reader import SSEReader

Change = Callable[[], Any]


@pytest.fixture(autouse=True)
def often(configure: Callable[..., None], quick: None) -> None:
    configure(access_recheck_every_s=0.02)


@pytest.fixture
def gate(connected: ProviderStandIn) -> asyncio.Event:
    """The model has begun to write, and goes on when the test says so."""
    held = asyncio.Event()
    connected.plays(Says(chat_output(reasoning="Early words. " * 9), gate=held, gate_at=150))
    return held


async def first_words(reader: SSEReader) -> None:
    seen = ""
    while "Early words" not in seen:
        seen += (await reader.message()).data


def new_password() -> None:
    user = User.objects.get(username="analyst")
    user.set_password("another horse entirely")
    user.save()


LOSSES: dict[str, tuple[Change, int]] = {
    "signs out": (lambda: Session.objects.all().delete(), 401),
    "has an expired session": (
        lambda: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1)),
        401,
    ),
    "changes the password": (new_password, 401),
    "is deactivated": (lambda: User.objects.update(is_active=False), 401),
    "deletes the conversation": (
        lambda: Conversation.objects.update(deleted_at=timezone.now()),
        404,
    ),
}


def test_a_cut_comes_within_half_a_minute() -> None:
    assert Conf(data_dir=Path()).access_recheck_every_s + 5 < 30


@pytest.mark.parametrize("loss", LOSSES)
async def test_a_reader_is_cut_who(
    loss: str, application: Any, gate: asyncio.Event, ask: Any, client_of: Any, analyst: User
) -> None:
    lose, status = LOSSES[loss]
    turn, client = await ask(), await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path, hx_request="true") as reader:
        await first_words(reader)
        await in_database(lose)
        rest = await reader.to_the_end()
    assert all(message.event != "done" for message in rest)
    async with SSEReader(application, client, path, hx_request="true") as reader:
        assert reader.status == status
        assert "hx-redirect" not in {name.lower() for name in reader.headers}


@pytest.mark.parametrize(
    "loss",
    [
        lambda: ApiToken.objects.all().delete(),
        lambda: ApiToken.objects.update(expires_at=timezone.now()),
    ],
    ids=["revoked", "expired"],
)
async def test_a_program_is_cut_whose_token_is(
    loss: Change, application: Any, gate: asyncio.Event, ask: Any, analyst: User
) -> None:
    turn = await ask()
    _, secret = await in_database(ApiToken.issue, analyst)
    path, nobody = f"/api/turns/{turn.pk}/stream", AsyncClient()
    bearer = {"authorization": f"Bearer {secret}"}
    async with SSEReader(application, nobody, path, **bearer) as reader:
        await first_words(reader)
        await in_database(loss)
        await reader.to_the_end()
    async with SSEReader(application, nobody, path, **bearer) as reader:
        assert reader.status == 401


async def test_a_page_is_cut_with_its_session_whatever_token_it_sends(
    application: Any,
    gate: asyncio.Event,
    ask: Any,
    client_of: Any,
    analyst: User,
    stranger: User,
) -> None:
    turn, client = await ask(), await client_of(analyst)
    _, secret = await in_database(ApiToken.issue, stranger)
    bearer = {"authorization": f"Bearer {secret}"}
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream", **bearer) as reader:
        await first_words(reader)
        await in_database(lambda: Session.objects.all().delete())
        await reader.to_the_end()
    assert not gate.is_set()  # the model is still writing


async def test_who_changes_nothing_is_not_cut_when_others_are(
    application: Any, gate: asyncio.Event, ask: Any, client_of: Any, analyst: User
) -> None:
    turn = await ask()
    leaving, staying = await client_of(analyst), await client_of(analyst)
    _, secret = await in_database(ApiToken.issue, analyst)
    path = f"/turns/{turn.pk}/stream"
    program = SSEReader(application, AsyncClient(), f"/api{path}", authorization=f"Bearer {secret}")
    async with (
        SSEReader(application, leaving, path) as cut,
        SSEReader(application, staying, path) as reader,
        program,
    ):
        await first_words(reader)
        key = leaving.cookies["sessionid"].value
        await in_database(Session.objects.filter(pk=key).delete)
        await cut.to_the_end()
        gate.set()
        assert (await reader.to_the_end())[-1].event == "done"
        assert '"done":true' in (await program.to_the_end())[-1].data


async def test_nobody_is_cut_because_the_database_is_away(
    application: Any,
    gate: asyncio.Event,
    ask: Any,
    client_of: Any,
    analyst: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    looked = asyncio.Event()
    loop = asyncio.get_running_loop()
    tries: list[int] = []

    def away(readers: object) -> None:
        tries.append(1)
        if len(tries) > 3:
            loop.call_soon_threadsafe(looked.set)
        raise OperationalError("gone")

    monkeypatch.setattr(access_recheck, "readers_with_access", away)
    turn, client = await ask(), await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        await first_words(reader)
        await looked.wait()
        gate.set()
        assert (await reader.to_the_end())[-1].event == "done"
    assert caplog.text.count("Cannot check the readers' access") == 1


async def test_a_stream_ends_after_its_time_and_goes_on_where_it_was(
    application: Any,
    gate: asyncio.Event,
    ask: Any,
    client_of: Any,
    analyst: User,
    configure: Callable[..., None],
) -> None:
    turn, client = await ask(), await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path) as whole:
        configure(stream_max_s=0.2)
        seen = []
        async with SSEReader(application, client, path) as reader:
            seen += await reader.to_the_end()
        assert seen[-1].event != "done"
        configure(stream_max_s=60)
        gate.set()
        async with SSEReader(application, client, path, last_event_id=seen[-1].id) as reader:
            rest = await reader.to_the_end()
        assert rest[-1].event == "done"
        assert all(int(message.id) > int(seen[-1].id) for message in rest)
        everything = "".join(message.data for message in [*seen, *rest])
        assert "Early words" in everything
        assert (await whole.to_the_end())[-1] == rest[-1]


@pytest.mark.django_db
def test_a_look_costs_four_queries_for_thousands_of_readers(analyst: User) -> None:
    conversation = Conversation.objects.create(owner=analyst, title="T")
    questions = [conversation.messages.create(sender="user", text="Q") for _ in range(20)]
    turns = [
        Turn.objects.create(
            conversation=conversation, question=question, status="done", idempotency_key=str(n)
        )
        for n, question in enumerate(questions)
    ]
    later = timezone.now() + timedelta(days=1)
    sessions = [Session(session_key=f"key-{n}", expire_date=later) for n in range(3_000)]
    Session.objects.bulk_create(sessions)
    mark = mark_of(analyst.password)
    readers = {
        Reader(turns[n % 20].pk, analyst.pk, mark, session_key=f"key-{n}") for n in range(3_000)
    }
    gone = Reader(turns[0].pk, analyst.pk, mark, session_key="key-of-nobody")
    with CaptureQueriesContext(connection) as queries:
        assert readers_with_access(readers | {gone}) == readers
    assert len(queries) <= 4
