"""Conversation export for programs. Another user's conversation is 404."""

from django.http import HttpResponse
from ninja import Router

from chat.api.auth import ApiRequest
from chat.api.schemas import ErrorOut
from chat.conversations.exports import FormatName, export
from chat.conversations.exports.views import file_response
from chat.conversations.ownership import conversation_of

router = Router()
_CONTENT = {
    "text/markdown": {"schema": {"type": "string"}},
    "application/json": {"schema": {"type": "object"}},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
        "schema": {"type": "string", "format": "binary"}
    },
    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
}


@router.get(
    "/conversations/{conversation_id}/export",
    response={200: None, **dict.fromkeys((401, 404, 422), ErrorOut)},
    summary="Export a conversation",
    openapi_extra={"responses": {200: {"description": "The file.", "content": _CONTENT}}},
)
def conversation_export(
    request: ApiRequest,
    conversation_id: int,
    format: FormatName = "markdown",  # noqa: A002 (its name in the query)
) -> HttpResponse:
    """Questions and answers with their sources and checked citations.

    An answer still being written is exported as far as it is stored.
    """
    return file_response(export(conversation_of(request.auth, conversation_id), format))
