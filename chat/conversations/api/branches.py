"""Regenerating and editing, for programs."""

import uuid

from django.http import HttpResponse
from ninja import Router

from chat.accounts.rate_limits import check_turn
from chat.api.auth import ApiRequest
from chat.api.schemas import AnotherAnswer, EditedQuestion, ErrorOut
from chat.conversations.api.streams import TURN_STREAM, started_stream
from chat.conversations.ownership import turn_of
from chat.conversations.start import edit_question, regenerate
from chat.kernel.errors import InvalidInput

router = Router()
_REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), ErrorOut)


@router.post(
    "/turns/{turn_id}/regenerate",
    response={200: None, **_REFUSALS},
    summary="Get another answer to the same question",
    openapi_extra=TURN_STREAM,
)
def turn_regenerate(
    request: ApiRequest, turn_id: int, body: AnotherAnswer | None = None
) -> HttpResponse:
    """A new turn next to this one, which is kept: they are `versions` of each other.

    If another answer to this question is already being written, that one is streamed.
    """
    check_turn(request)
    key = body.idempotency_key if body else None
    return started_stream(
        regenerate(turn_of(request.auth, turn_id), idempotency_key=key or ""), request=request
    )


@router.post(
    "/turns/{turn_id}/edit",
    response={200: None, **_REFUSALS},
    summary="Edit a question and ask it again",
    openapi_extra=TURN_STREAM,
)
def turn_edit(request: ApiRequest, turn_id: int, body: EditedQuestion) -> HttpResponse:
    """A branch: the new turn has the same `parent`. The old turn and those after it are kept."""
    check_turn(request)
    turn = turn_of(request.auth, turn_id)
    try:
        edited = edit_question(
            turn,
            question=body.content,
            analysis_type=body.analysis_type or turn.analysis_type,
            idempotency_key=body.idempotency_key or uuid.uuid4().hex,
        )
    except InvalidInput as exc:
        # The page's field ``question`` is ``content`` here.
        field = "content" if exc.field == "question" else exc.field
        raise InvalidInput(exc.message, field=field) from exc
    return started_stream(edited, request=request)
