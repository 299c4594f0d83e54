"""The API fuzzed from its own description: whatever is sent, no answer is an error of ours.

Schemathesis makes the requests from /api/openapi.json, sound and unsound ones, with the analyst's
token; a fixed seed and few examples keep it short and the same everywhere.
"""

import json
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from requests import Request
from schemathesis import GenerationMode

from chat.accounts.models import ApiToken
from chat.api.mount import api
from chat.conversations.models import Conversation, Message, Prompt, StreamStats, Turn

_EXAMPLES = 25


_DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(), default=str))
_OPERATIONS: list[Any] = [
    found.ok()  # type: ignore[union-attr]
    for found in schemathesis.openapi.from_dict(_DESCRIPTION).get_all_operations()
]


@pytest.fixture
def headers(analyst: User) -> dict[str, str]:
    """The token of an analyst who may do everything; turn, conversation and prompt 1 are theirs."""
    User.objects.filter(pk=analyst.pk).update(is_staff=True, is_superuser=True)
    Prompt.objects.create(pk=1, owner=analyst, title="Fuzzed", text="?")
    conversation = Conversation.objects.create(pk=1, owner=analyst, title="Fuzzed")
    question = Message.objects.create(conversation=conversation, sender="user", text="?")
    turn = Turn.objects.create(
        pk=1,
        conversation=conversation,
        question=question,
        analysis_type="general",
        idempotency_key="fuzz",
        status="done",
    )
    StreamStats.objects.create(turn=turn)
    _count_on_from_1()
    return {"Authorization": f"Bearer {ApiToken.issue(analyst)[1]}"}


def _count_on_from_1() -> None:
    """PostgreSQL's sequences know nothing of ids that were given."""
    models = (Prompt, Conversation, Message, Turn)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", _OPERATIONS, ids=lambda found: found.label)
def test_no_request_is_answered_with_an_error_of_ours(
    operation: Any, mode: GenerationMode, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def well() -> dict[str, Any]:
        return {}  # there is no worker, and health would wait for one

    monkeypatch.setattr("chat.api.health.health", well)
    client = Client(raise_request_exception=False, headers=headers)

    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers_well(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:  # made-up ids lead nowhere: 404 whatever else is sent
            case.path_parameters = dict.fromkeys(case.path_parameters, 1)
        statuses.add(_answers_well(client, case))

    statuses: set[int] = set()
    with suppress(Unsatisfiable):  # a call without parameters cannot be got wrong
        answers_well()
    if mode is GenerationMode.POSITIVE:  # the operation itself was reached
        assert any(status < 300 for status in statuses), statuses


def _answers_well(client: Client, case: Any) -> int:
    request = Request(**case.as_transport_kwargs(base_url="http://localhost")).prepare()
    response = client.generic(
        str(request.method),
        request.path_url,
        request.body or b"",
        content_type=str(request.headers.get("Content-Type", "")),
    )
    assert response.status_code < 500, (request.path_url, request.body)
    if response.status_code >= 400:
        error = response.json()["error"]
        assert error["code"], error
        assert error["message"], error
    return response.status_code
