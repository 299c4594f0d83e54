"""Feedback for programs: one per user and turn; PUT replaces it."""

from ninja import Router, Status

from chat.api.auth import ApiRequest
from chat.api.schemas import ErrorOut, FeedbackIn, FeedbackOut
from chat.conversations.feedback.use_cases import give_feedback, withdraw_feedback
from chat.conversations.ownership import turn_of

router = Router()
_REFUSALS = dict.fromkeys((400, 401, 403, 404, 413, 422, 429), ErrorOut)


@router.put(
    "/turns/{turn_id}/feedback",
    response={200: FeedbackOut, **_REFUSALS},
    summary="Rate an answer",
)
def feedback_put(request: ApiRequest, turn_id: int, body: FeedbackIn) -> FeedbackOut:
    """Replaces earlier feedback. `reasons` are kept only for answers that were not helpful."""
    given = give_feedback(
        request.auth,
        turn_of(request.auth, turn_id),
        rating=body.rating,
        reasons=body.reasons,
        comment=body.comment,
    )
    return FeedbackOut.of(given)


@router.delete(
    "/turns/{turn_id}/feedback", response={204: None, **_REFUSALS}, summary="Withdraw feedback"
)
def feedback_delete(request: ApiRequest, turn_id: int) -> Status[None]:
    """Succeeds even if there is none."""
    withdraw_feedback(request.auth, turn_of(request.auth, turn_id))
    return Status(204, None)
