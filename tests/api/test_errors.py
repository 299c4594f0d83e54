"""Every error of the API is JSON with a code, a sentence and, where there is one, the field."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.models import Conversation, Turn
from chat.conversations.start import start_turn
from chat.kernel.answer_errors import ProviderRateLimited
from chat.kernel.errors import OliverError
from chat.web.error_json import json_response
from chat.web.error_pages import html_response
from tests.api.conftest import question

pytestmark = pytest.mark.django_db
ASK = "/api/chat/stream"
USER = {"content": "Hello?", "sender": "user"}


def post(client: Client, body: Any, path: str = ASK) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(path, content, content_type="application/json")


def error_of(response: Any) -> dict[str, Any]:
    assert response["Content-Type"].startswith("application/json")
    error: dict[str, Any] = response.json()["error"]
    assert error["code"]
    assert error["message"].endswith((".", "…"))
    return error


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "messages", "is missing"),
        ({"messages": []}, "messages", "1 or more items"),
        ({"messages": "hello"}, "messages", "must be a list"),
        ({"messages": ["hello"]}, "messages.0", "must be an object"),
        ({"messages": [{"sender": "user"}]}, "messages.0.content", "is missing"),
        ({"messages": [{**USER, "content": 7}]}, "messages.0.content", "must be text"),
        ({"messages": [{**USER, "content": ""}]}, "messages.0.content", "empty"),
        ({"messages": [{**USER, "content": " \n"}]}, "messages.0.content", "empty"),
        ({"messages": [{**USER, "content": "\0"}]}, "messages.0.content", "empty"),
        ({"messages": [{**USER, "sender": "system"}]}, "messages.0.sender", "'user'"),
        ({"messages": [{**USER, "role": "user"}]}, "messages.0.role", "not a known field"),
        ({"messages": [USER, {**USER, "sender": "assistant"}]}, "messages.1.sender", "question"),
        ({"messages": [USER] * 202}, "messages", "201 items"),
        (question(stream=True), "stream", "not a known field"),
        (question(analysis_type="legal"), "analysis_type", "one of"),
        (question(conversation_id="7"), "conversation_id", "whole number"),
        (question(conversation_id=0), "conversation_id", "at least 1"),
        (question(idempotency_key=""), "idempotency_key", "empty"),
        (question(idempotency_key="a b"), "idempotency_key", "not allowed"),
        (question(idempotency_key="a" * 65), "idempotency_key", "64"),
        (question("x" * 100_001), "messages.0.content", "100,000"),
        ([], None, "object"),
        ("text", None, "object"),
        (None, None, "object"),
        (7, None, "object"),
    ],
)
def test_a_bad_body_is_refused_and_its_field_is_named(
    client: Client, body: Any, field: str | None, words: str
) -> None:
    response = post(client, body)
    error = error_of(response)
    assert (response.status_code, error["code"], error.get("field")) == (
        422,
        "invalid_input",
        field,
    )
    assert words in error["message"]
    assert not Turn.objects.exists()


def test_a_lone_surrogate_is_refused(client: Client) -> None:
    response = post(client, b'{"messages": [{"content": "\\ud800", "sender": "user"}]}')
    assert error_of(response)["field"] == "messages.0.content"
    assert response.status_code == 422


@pytest.mark.parametrize(
    "body",
    [b"{", b"not json", b"\xff\xfe", b"[" * 100_000, b'{"a": 1' + b"0" * 5_000 + b"}"],
    ids=["cut off", "words", "bytes", "too deep", "huge number"],
)
def test_a_body_that_is_no_json_says_so(client: Client, body: bytes) -> None:
    response = post(client, body)
    assert (response.status_code, error_of(response)["code"]) == (400, "invalid_json")


def test_an_empty_body_is_refused(client: Client) -> None:
    response = client.post(ASK, b"", content_type="application/json")
    assert (response.status_code, error_of(response)["code"]) == (422, "invalid_input")


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    response = post(client, question("x" * 1_000_001))
    assert (response.status_code, error_of(response)["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/turns/", "/api/turns/1/steal"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_paths_are_not_found_in_json(anybody: Client, path: str, method: str) -> None:
    response = getattr(anybody, method)(path)
    assert (response.status_code, error_of(response)["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", [ASK, "/api/chat/stream/debug", "/api/turns/1", "/api/health"])
def test_a_wrong_method_is_refused_in_json(client: Client, path: str) -> None:
    response = client.delete(path)
    assert (response.status_code, error_of(response)["code"]) == (405, "method_not_allowed")
    assert response["Allow"] in ("GET", "POST")


@pytest.mark.parametrize("turn_id", ["999", str(2**63), "9" * 40, "0", "-1"])
def test_an_unknown_turn_is_not_found(client: Client, turn_id: str) -> None:
    for response in (
        client.get(f"/api/turns/{turn_id}"),
        client.get(f"/api/turns/{turn_id}/stream"),
        client.post(f"/api/turns/{turn_id}/stop"),
    ):
        assert (response.status_code, error_of(response)["code"]) == (404, "not_found")


def test_a_turn_id_that_is_no_number_is_refused(client: Client) -> None:
    response = client.get("/api/turns/first")
    assert response.status_code == 422
    assert error_of(response)["field"] == "turn_id"


@pytest.mark.parametrize("conversation_id", [999, 2**70])
def test_an_unknown_conversation_is_not_found(client: Client, conversation_id: int) -> None:
    response = post(client, question(conversation_id=conversation_id))
    assert (response.status_code, error_of(response)["code"]) == (404, "not_found")


def test_a_strangers_conversation_and_turn_are_not_found(client: Client, stranger: User) -> None:
    turn = start_turn(
        user=stranger,
        question="Mine?",
        analysis_type="general",
        conversation=None,
        idempotency_key="k",
    )
    responses = [
        post(client, question(conversation_id=turn.conversation_id)),
        client.get(f"/api/turns/{turn.pk}"),
        client.get(f"/api/turns/{turn.pk}/stream"),
        client.post(f"/api/turns/{turn.pk}/stop"),
    ]
    assert [response.status_code for response in responses] == [404] * 4
    assert Turn.objects.get().stop_requested_at is None


def test_a_second_question_while_one_is_answered_is_a_conflict(client: Client) -> None:
    conversation_id = int(post(client, question())["X-Oliver-Conversation"])
    response = post(client, question(conversation_id=conversation_id))
    assert (response.status_code, error_of(response)["code"]) == (409, "turn_in_progress")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """``failing(exc)``: reading the provider's info raises it."""

    def fail(exc: Exception) -> None:
        def raise_it() -> None:
            raise exc

        monkeypatch.setattr("chat.api.provider.provider_info", raise_it)

    return fail


def test_an_error_of_ours_keeps_its_code_status_and_wait(
    client: Client, failing: Callable[[Exception], None]
) -> None:
    failing(ProviderRateLimited(retry_after_s=1.5))
    response = client.get("/api/provider/info")
    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    error = error_of(response)
    assert (error["code"], error["retry_after_s"]) == ("provider_rate_limited", 1.5)


@pytest.mark.parametrize(("wait_s", "header"), [(None, None), (0.0, "0"), (1.5, "2")])
def test_pages_and_programs_are_told_the_same_wait(
    wait_s: float | None, header: str | None
) -> None:
    error = ProviderRateLimited(retry_after_s=wait_s)
    answers = (json_response(error), *(html_response(error, htmx=it) for it in (True, False)))
    assert [answer.get("Retry-After") for answer in answers] == [header] * 3


def test_an_unforeseen_error_tells_nothing_of_our_inside(
    client: Client, failing: Callable[[Exception], None], caplog: pytest.LogCaptureFixture
) -> None:
    failing(RuntimeError("the key is sk-secret"))
    response = client.get("/api/provider/info")
    assert response.status_code == 500
    assert error_of(response) == {"code": "internal", "message": OliverError.default_message}
    assert "failed unexpectedly" in caplog.text


def test_nothing_of_the_api_may_be_cached(client: Client) -> None:
    for path in ("/api/provider/info", "/api/nothing", "/api/turns/1"):
        assert client.get(path)["Cache-Control"] == "private, no-store"


def test_a_refused_question_leaves_no_conversation_behind(client: Client) -> None:
    messages = [USER, {**USER, "sender": "assistant"}, {**USER, "content": "x" * 100_001}]
    assert post(client, {"messages": messages}).status_code == 422
    assert not Conversation.objects.exists()
