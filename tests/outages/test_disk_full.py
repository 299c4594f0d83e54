"""A disk without room: said plainly, nothing typed is lost, and it passes by itself."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client

from chat.accounts.models import ApiToken
from chat.conversations.models import Turn
from chat.engine.worker import health
from chat.kernel.database import in_database
from chat.web import exception_middleware
from tests.support.eventually import eventually
from tests.support.html import HTMX
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output
from tests.support.sse_reader import SSEReader

QUESTION = "Typed with much care. " * 200
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own pragma"),
]


@contextmanager
def pragma(sql: str) -> Iterator[None]:
    """For every connection that this process opens meanwhile."""

    def apply(sender: object, connection: Any, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    connection_created.connect(apply)
    try:
        with mock.patch(
            "chat.kernel.database._may_stay", return_value=False
        ):  # none that was opened before
            yield
    finally:
        connection_created.disconnect(apply)


@contextmanager
def no_room() -> Iterator[None]:
    """SQLite may not take one page more: "database or disk is full"."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
    connection.close()
    with pragma(f"PRAGMA max_page_count = {pages}"):
        yield
    connection.close()


#: Nothing can be written at all, as on a disk that is full to the last byte.
READ_ONLY = "PRAGMA query_only = 1"


@pytest.fixture(autouse=True)
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exception_middleware, "_said_at", float("-inf"))


@pytest.fixture
def browser(analyst: User) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


def ask(browser: Client, **headers: str) -> Any:
    form = {"question": QUESTION, "analysis_type": "general", "idempotency_key": uuid4().hex}
    return browser.post("/turns/", form, headers=headers)


def ask_until_refused(browser: Client, **headers: str) -> Any:
    """What little room there is in the pages is used up first."""
    for _ in range(40):
        answer = ask(browser, **headers)
        if answer.status_code == 503:
            return answer
        Turn.objects.update(status="done")
    raise AssertionError("there is always room")


def test_a_question_that_cannot_be_stored_is_refused_with_a_sentence_and_kept(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with no_room():
        told = ask_until_refused(browser, **HTMX)
        assert "cannot save or load data right now" in told.content.decode()
        assert "<" not in told.content.decode()
        assert int(told["Retry-After"]) > 0
        page = ask(browser)
        assert page.status_code == 503
        assert QUESTION.strip() in page.content.decode()
    assert caplog.text.count("The database is away or full") == 1
    assert "disk is full" in caplog.text
    assert ask(browser, **HTMX).status_code == 200


def test_a_program_is_told_with_a_code(browser: Client, analyst: User) -> None:
    _, secret = ApiToken.issue(analyst)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    body = {"messages": [{"content": QUESTION, "sender": "user"}]}
    with no_room():
        ask_until_refused(browser, **HTMX)
        told = program.post("/api/chat/stream", body, content_type="application/json")
    assert told.status_code == 503
    assert told.json()["error"]["code"] == "storage_unavailable"
    assert told.json()["error"]["retry_after_s"] > 0


async def test_health_says_that_nothing_can_be_written(caplog: pytest.LogCaptureFixture) -> None:
    assert (await health.health())["database"].ok
    with pragma(READ_ONLY):
        assert not (await health.health())["database"].ok
    assert (await health.health())["database"].ok


async def test_a_running_answer_reaches_its_readers_and_is_stored_when_there_is_room_again(
    application: Any,
    connected: ProviderStandIn,
    ask: Callable[..., Any],
    client_of: Any,
    analyst: User,
) -> None:
    gate = asyncio.Event()
    text = "Word " * 4_000
    connected.plays(
        Says(chat_output(reasoning="Early words.", response=text), gate=gate, gate_at=60)
    )
    turn, client = await ask(), await client_of(analyst)
    async with SSEReader(application, client, f"/turns/{turn.pk}/stream") as reader:
        await reader.message()
        with pragma(READ_ONLY):
            gate.set()
            seen = ""
            while "Word Word" not in seen:
                seen += (await reader.message()).data
        assert (await reader.to_the_end())[-1].event == "done"
    stored = await eventually(lambda: Turn.objects.filter(pk=turn.pk, status="done").first())
    assert stored.answer.response == text.strip()
    assert await in_database(Turn.objects.filter(status="running").count) == 0
