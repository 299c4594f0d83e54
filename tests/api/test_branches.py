"""Another answer and an edited question over the API."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.accounts.models import ApiToken
from chat.conversations.models import Turn
from tests.api.conftest import question
from tests.api.program import Program
from tests.api.test_ask import answer_of, ask
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output

pytestmark = pytest.mark.django_db


def started(client: Client, path: str, body: dict[str, Any] | None = None) -> Turn:
    response = client.post(path, body, content_type="application/json")
    assert response.status_code == 200, response.content
    turn = Turn.objects.get(pk=int(response["X-Oliver-Turn"]))
    Turn.objects.filter(pk=turn.pk).update(status="done")
    return turn


@pytest.fixture
def first(client: Client) -> Turn:
    return started(client, "/api/chat/stream", question())


@pytest.fixture
def second(client: Client, first: Turn) -> Turn:
    body = question("and who must", conversation_id=first.conversation_id)
    return started(client, "/api/chat/stream", body)


def test_another_answer_is_a_version_beside_the_first(
    client: Client, first: Turn, second: Turn
) -> None:
    again = started(client, f"/api/turns/{first.pk}/regenerate")
    told = client.get(f"/api/turns/{first.pk}").json()
    assert (told["parent"], told["versions"]) == (None, [first.pk, again.pk])
    assert client.get(f"/api/turns/{second.pk}").json()["parent"] == first.pk


def test_an_edited_question_has_the_same_parent(client: Client, first: Turn, second: Turn) -> None:
    body = {"content": "and who must not", "analysis_type": "compliance"}
    edited = started(client, f"/api/turns/{second.pk}/edit", body)
    told = client.get(f"/api/turns/{edited.pk}").json()
    assert (told["parent"], told["question"]) == (first.pk, "and who must not")
    assert (told["versions"], told["edits"]) == ([edited.pk], [second.pk, edited.pk])
    assert told["analysis_type"] == "compliance"


def test_the_same_key_starts_one_turn(client: Client, first: Turn) -> None:
    for call, body in (("regenerate", {}), ("edit", {"content": "other"})):
        keyed = {**body, "idempotency_key": call}
        path = f"/api/turns/{first.pk}/{call}"
        assert started(client, path, keyed) == started(client, path, keyed)


def test_a_question_follows_the_turn_it_names(client: Client, first: Turn, second: Turn) -> None:
    body = question("third", conversation_id=first.conversation_id, parent=first.pk)
    assert started(client, "/api/chat/stream", body).parent == first


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": " "}, "content"),
        ({"content": "x" * 100_001}, "content"),
        ({"content": "x", "analysis_type": "poetry"}, "analysis_type"),
        ({"content": "x", "idempotency_key": ""}, "idempotency_key"),
        ({"content": "x", "more": 1}, "more"),
        ({}, "content"),
    ],
)
def test_bad_input_is_refused_with_its_field(
    client: Client, first: Turn, body: dict[str, Any], field: str
) -> None:
    response = client.post(f"/api/turns/{first.pk}/edit", body, content_type="application/json")
    assert response.status_code == 422
    assert response.json()["error"]["field"] == field


def test_a_parent_that_is_not_in_the_conversation_is_refused(
    client: Client, first: Turn, stranger: User
) -> None:
    body = question("x", conversation_id=first.conversation_id, parent=first.pk + 99)
    response = client.post("/api/chat/stream", body, content_type="application/json")
    assert (response.status_code, response.json()["error"]["field"]) == (422, "parent")
    secret = ApiToken.issue(stranger)[1]
    other = Client(headers={"Authorization": f"Bearer {secret}"})
    path = f"/api/turns/{first.pk}/regenerate"
    assert other.generic("POST", path).status_code == 404
    assert client.generic("POST", path).status_code == 200  # without any body
    response = client.post("/api/chat/stream", question(parent=1), content_type="application/json")
    assert (response.status_code, response.json()["error"]["field"]) == (422, "parent")


async def test_the_model_reads_the_branch_and_nothing_else(
    connected: ProviderStandIn, program: Program
) -> None:
    said = (Says(chat_output(response=text)) for text in ("First.", "Second.", "Branch."))
    connected.plays(*said)
    headers, _ = await ask(program, question())
    conversation = int(headers["x-oliver-conversation"])
    headers, _ = await ask(program, question("suspicious?", conversation_id=conversation))
    path = f"/api/turns/{headers['x-oliver-turn']}/edit"
    async with program.post(path, {"content": "report suspicious money"}) as reply:
        assert answer_of(await reply.all_events()).response == "Branch."
    sent = str(connected.requests[-1]["messages"])
    assert "First." in sent
    assert "Second." not in sent
