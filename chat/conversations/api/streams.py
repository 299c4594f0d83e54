"""Turn streams for programs, and their OpenAPI description."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from chat.api.auth import ApiRequest
from chat.conversations.models import Turn
from chat.engine.delivery.follow import (
    Follow,
    FollowResponse,
    follower,
    language_now,
    wants_every_token,
)
from chat.kernel.chunks import StreamChunk

_TURN_EXAMPLE = """\
id: 1
data: {"type":"status","content":"Searching the library…","done":false,\
"metadata":{"stage":"search","at_ms":3},"field":null,"error":null}

id: 9
data: {"type":"content","content":"A bank must file ","done":false,"metadata":{},\
"field":"response","error":null}

id: 42
data: {"type":"done","content":"","done":true,"metadata":{"engine":"quote","total_ms":812},\
"field":null,"error":null}

"""
_TURN_DESCRIPTION = (
    "Server-Sent Events. Each event's `data` is one chunk as JSON and its `id` the chunk's number. "
    "Text that arrives together is one event with the number of its last chunk. `type` is content, "
    "reasoning, status, artifacts, done or error. Text fields (reasoning, analysis, response) grow "
    "by `content`; lists (passages, findings, artifacts, citations) grow by the items in "
    "`content`; with `metadata.replace` `content` is the whole value. The stream ends with exactly "
    "one chunk whose `done` is true. Lines that begin with `:` are keep-alive comments."
)
_DEBUG_EXAMPLE = """\
data: {"kind": "StatusMessage", "value": {"message": "Searching the library…"}}

data: {"kind": "StreamResponse", "value": [{"predict_name": "general", \
"signature_field_name": "response", "chunk": "A bank ", "is_last_chunk": false}]}

data: {"kind": "Prediction", "value": {"fields": {"response": "A bank …"}, "usage": {}}}

"""
_DEBUG_DESCRIPTION = (
    "Server-Sent Events without ids. Each event's `data` is one value from DSPy's stream. "
    'If it fails, the last event is of kind "error", with a code and a message.'
)


#: References the API's own schemas; ``StreamError`` is among them because of ``TurnOut``.
_CHUNK_SCHEMA = StreamChunk.model_json_schema(ref_template="#/components/schemas/{model}")
_CHUNK_SCHEMA.pop("$defs")
_RAW_SCHEMA = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}


def _described(
    description: str, example: str, data_schema: Mapping[str, object]
) -> dict[str, object]:
    """OpenAPI 3.1 cannot describe streams; by convention the schema describes one event."""
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": data_schema,
    }
    event = {
        "type": "object",
        "required": ["data"],
        "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": data},
    }
    content = {"text/event-stream": {"schema": event, "example": example}}
    return {"responses": {200: {"description": description, "content": content}}}


_EVERY_TOKEN = {
    "in": "query",
    "name": "every_token",
    "schema": {"type": "boolean", "default": False},
    "description": "1: each chunk is an event of its own, and ids have no gaps.",
}
TURN_STREAM: dict[str, Any] = {
    **_described(_TURN_DESCRIPTION, _TURN_EXAMPLE, _CHUNK_SCHEMA),
    "parameters": [_EVERY_TOKEN],
}
DEBUG_STREAM = _described(_DEBUG_DESCRIPTION, _DEBUG_EXAMPLE, _RAW_SCHEMA)


def turn_stream(turn: Turn, *, after: int, request: ApiRequest) -> HttpResponse:
    follow = Follow(
        turn.pk,
        after=after,
        stream_format="json",
        language=language_now(),
        every_token=wants_every_token(request),
        **follower(request.auth),
    )
    return FollowResponse(follow)


def started_stream(turn: Turn, *, request: ApiRequest) -> HttpResponse:
    response = turn_stream(turn, after=0, request=request)
    response["X-Oliver-Turn"] = str(turn.pk)
    response["X-Oliver-Conversation"] = str(turn.conversation_id)
    return response
