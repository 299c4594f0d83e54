"""``POST /api/chat/stream`` starts a turn; its debug variant streams DSPy's raw values."""

import uuid

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from chat.accounts.rate_limits import check_debug_stream, check_turn
from chat.api.auth import ApiRequest
from chat.api.schemas import ChatRequest, ErrorOut, Question
from chat.conversations.api.debug import check_stream_limit, raw_events
from chat.conversations.api.message_history import check_last, split_messages
from chat.conversations.api.streams import DEBUG_STREAM, TURN_STREAM, started_stream
from chat.conversations.imported_history import start_with_history
from chat.conversations.models import Turn
from chat.conversations.ownership import conversation_of
from chat.conversations.start import start_turn
from chat.engine.delivery.access_recheck import staff_reader
from chat.kernel.errors import Forbidden, InvalidInput

router = Router()
_REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), ErrorOut)


@router.post(
    "/chat/stream",
    response={200: None, **_REFUSALS},
    summary="Ask, and follow the answer",
    openapi_extra=TURN_STREAM,
)
def chat_stream(request: ApiRequest, body: ChatRequest) -> HttpResponseBase:
    """The last message is the question. Without `conversation_id` the earlier messages become the
    history of a new conversation; with it, only the last message is read.

    The answer continues when you disconnect; follow it again with `GET /api/turns/{id}/stream`. The
    response headers `X-Oliver-Turn` and `X-Oliver-Conversation` contain both ids.
    """
    check_turn(request)
    return started_stream(_start(request, body), request=request)


@router.post(
    "/chat/stream/debug",
    response={200: None, **_REFUSALS},
    summary="See the raw values of DSPy's stream (staff)",
    openapi_extra=DEBUG_STREAM,
)
async def chat_stream_debug(request: HttpRequest, body: Question) -> HttpResponseBase:
    """Stores no turn. The model's call ends when you disconnect."""
    user: User = request.auth  # type: ignore[attr-defined]
    if not user.is_staff:
        raise Forbidden
    exchanges, question = split_messages(body.messages)
    await sync_to_async(check_debug_stream)(request, user)
    check_stream_limit(user.pk)
    return StreamingHttpResponse(
        raw_events(question, exchanges, body.analysis_type, staff_reader(request, user)),
        content_type="text/event-stream; charset=utf-8",
        headers={"Content-Encoding": "identity", "X-Accel-Buffering": "no"},
    )


def _start(request: ApiRequest, body: ChatRequest) -> Turn:
    try:
        return _begin(request, body) if body.conversation_id is None else _continue(request, body)
    except InvalidInput as exc:
        raise _with_api_field(exc, body) from exc


def _begin(request: ApiRequest, body: ChatRequest) -> Turn:
    if body.parent is not None:
        raise InvalidInput(_("This field requires conversation_id."), field="parent")
    exchanges, question = split_messages(body.messages)
    return start_with_history(
        user=request.auth,
        exchanges=exchanges,
        question=question,
        analysis_type=body.analysis_type,
        idempotency_key=_key(body),
    )


def _continue(request: ApiRequest, body: ChatRequest) -> Turn:
    check_last(body.messages)
    return start_turn(
        user=request.auth,
        question=body.messages[-1].content,
        analysis_type=body.analysis_type,
        conversation=conversation_of(request.auth, body.conversation_id or 0),
        idempotency_key=_key(body),
        parent_id=body.parent,
    )


def _key(body: ChatRequest) -> str:
    return body.idempotency_key or uuid.uuid4().hex


def _with_api_field(exc: InvalidInput, body: ChatRequest) -> InvalidInput:
    """The page's field ``question`` is the content of the last message here."""
    if exc.field != "question":
        return exc
    return InvalidInput(exc.message, field=f"messages.{len(body.messages) - 1}.content")
