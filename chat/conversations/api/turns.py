"""Following, reading and stopping turns. Another user's turn is 404."""

from django.http import HttpResponse
from ninja import Router, Status

from chat.api.auth import ApiRequest
from chat.api.schemas import ErrorOut, StopOut, TurnOut
from chat.conversations.api.streams import TURN_STREAM, turn_stream
from chat.conversations.ownership import followed_turn_of, turn_of
from chat.conversations.stop import request_stop
from chat.engine.delivery.follow import events_seen

router = Router()
_REFUSALS = dict.fromkeys((401, 404, 422, 429), ErrorOut)


@router.get(
    "/turns/{turn_id}/stream",
    response={200: None, **_REFUSALS},
    url_name="turn-stream",
    summary="Follow a turn",
    openapi_extra={
        **TURN_STREAM,
        "parameters": [
            *TURN_STREAM["parameters"],
            {
                "in": "query",
                "name": "after",
                "schema": {"type": "integer", "minimum": 0},
                "description": "The newest event you have.",
            },
            {
                "in": "header",
                "name": "Last-Event-ID",
                "schema": {"type": "integer", "minimum": 0},
                "description": "The same, as an EventSource sends it; the larger one counts.",
            },
        ],
    },
)
def turn_events(request: ApiRequest, turn_id: int) -> HttpResponse:
    """From the first event, or after the newest one you have, until the turn ends.

    If those events are no longer in memory, you get the whole answer instead, with
    `metadata.replace` in each field's chunk.
    """
    turn = followed_turn_of(request.auth, turn_id)
    return turn_stream(turn, after=events_seen(request), request=request)


@router.get(
    "/turns/{turn_id}", response={200: TurnOut, **_REFUSALS}, summary="Read a turn and its answer"
)
def turn(request: ApiRequest, turn_id: int) -> TurnOut:
    """What is stored, during the turn and after it."""
    return TurnOut.of(turn_of(request.auth, turn_id))


@router.post(
    "/turns/{turn_id}/stop", response={202: StopOut, 403: ErrorOut, **_REFUSALS}, summary="Stop"
)
def turn_stop(request: ApiRequest, turn_id: int) -> Status[StopOut]:
    """What was written is kept. Stopping a turn that has ended changes nothing."""
    stopping = turn_of(request.auth, turn_id)
    request_stop(stopping)
    return Status(202, StopOut(id=stopping.pk, status=stopping.status))
