"""What OpenAPI says of the API, and the page that shows it."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from ninja import NinjaAPI

from chat.kernel.chunks import StreamChunk

pytestmark = pytest.mark.django_db
CALLS = {
    ("post", "/api/chat/stream"),
    ("post", "/api/chat/stream/debug"),
    ("get", "/api/turns/{turn_id}/stream"),
    ("get", "/api/turns/{turn_id}"),
    ("post", "/api/turns/{turn_id}/stop"),
    ("post", "/api/turns/{turn_id}/regenerate"),
    ("post", "/api/turns/{turn_id}/edit"),
    ("put", "/api/turns/{turn_id}/feedback"),
    ("delete", "/api/turns/{turn_id}/feedback"),
    ("get", "/api/conversations/{conversation_id}/export"),
    ("get", "/api/prompts"),
    ("post", "/api/prompts"),
    ("put", "/api/prompts/{prompt_id}"),
    ("delete", "/api/prompts/{prompt_id}"),
    ("get", "/api/provider/info"),
    ("get", "/api/health"),
}


@pytest.fixture
def schema(anybody: Client) -> Any:
    return anybody.get("/api/openapi.json").json()


def test_every_call_is_described(schema: Any) -> None:
    described = {(method, path) for path, calls in schema["paths"].items() for method in calls}
    assert described == CALLS
    assert all(call["summary"] for calls in schema["paths"].values() for call in calls.values())


def test_the_description_is_made_once_in_a_process(
    anybody: Client, schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("100 ms of CPU for each request")

    monkeypatch.setattr(NinjaAPI, "get_openapi_schema", again)
    answer = anybody.get("/api/openapi.json")
    assert answer.json() == schema
    assert answer["Content-Type"] == "application/json; charset=utf-8"


def test_streams_are_described_in_words_with_an_example(schema: Any) -> None:
    for method, path in CALLS:
        if "stream" in path:
            answer = schema["paths"][path][method]["responses"]["200"]
            assert "Server-Sent Events" in answer["description"]
            assert "data: {" in answer["content"]["text/event-stream"]["example"]


def test_a_turns_events_are_described_as_chunks(schema: Any) -> None:
    answer = schema["paths"]["/api/chat/stream"]["post"]["responses"]["200"]
    event = answer["content"]["text/event-stream"]["schema"]
    chunk = event["properties"]["data"]["contentSchema"]
    assert set(chunk["properties"]) == set(StreamChunk.model_fields)


def test_every_reference_leads_somewhere(schema: Any) -> None:
    references = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(schema)))
    assert "StreamError" in references
    assert references <= set(schema["components"]["schemas"])


def test_both_ways_to_sign_in_are_named_and_health_needs_none(schema: Any) -> None:
    assert set(schema["components"]["securitySchemes"]) == {"TokenAuth", "SessionAuth"}
    assert "security" not in schema["paths"]["/api/health"]["get"]
    assert schema["paths"]["/api/provider/info"]["get"]["security"]


def test_the_docs_page_needs_nothing_from_elsewhere_and_no_inline_code(anybody: Client) -> None:
    html = anybody.get("/api/docs").content.decode()
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", html)
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", html)
    assert "<style" not in html
    assert " style=" not in html
