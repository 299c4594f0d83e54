"""Giving, changing and withdrawing feedback, for the page and the API."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from chat.conversations.feedback.models import COMMENT_MAX_CHARS, Rating, Reason
from chat.conversations.models import Feedback, Turn
from chat.kernel.errors import InvalidInput


def give_feedback(
    user: User, turn: Turn, *, rating: str, reasons: Sequence[str] = (), comment: str = ""
) -> Feedback:
    """Replaces earlier feedback. Raises ``InvalidInput``.

    Reasons are kept only with a negative rating.
    """
    if turn.is_live:
        raise InvalidInput(_("This answer is still being written."), field="rating")
    if rating not in Rating.values:
        raise InvalidInput(_("Choose whether the answer was helpful."), field="rating")
    feedback, _made = Feedback.objects.update_or_create(
        user=user,
        turn=turn,
        defaults={
            "rating": rating,
            "reasons": " ".join(_checked(reasons)) if rating == Rating.DOWN else "",
            "comment": _checked_comment(comment),
        },
    )
    return feedback


def set_rating(user: User, turn: Turn, rating: str) -> Feedback:
    """Keeps the reasons and comment given before."""
    before = Feedback.objects.filter(user=user, turn=turn).first()
    if before is None:
        return give_feedback(user, turn, rating=rating)
    reasons = before.reason_codes
    return give_feedback(user, turn, rating=rating, reasons=reasons, comment=before.comment)


def withdraw_feedback(user: User, turn: Turn) -> None:
    Feedback.objects.filter(user=user, turn=turn).delete()


def _checked(reasons: Sequence[str]) -> list[str]:
    for reason in reasons:
        if reason not in Reason.values:
            raise InvalidInput(_("Unknown reason."), field="reasons")
    return [reason for reason in Reason.values if reason in reasons]


def _checked_comment(comment: str) -> str:
    comment = comment.replace("\0", "").encode("utf-8", "replace").decode().strip()
    if len(comment) > COMMENT_MAX_CHARS:
        sentence = _("The comment has {count} characters. The limit is {most}.")
        raise InvalidInput(
            sentence.format(count=len(comment), most=COMMENT_MAX_CHARS), field="comment"
        )
    return comment
