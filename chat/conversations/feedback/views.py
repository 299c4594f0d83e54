"""Feedback on an answer: below it with htmx; without scripts on its own page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from chat.conversations.feedback.use_cases import give_feedback, set_rating, withdraw_feedback
from chat.conversations.models import Feedback, Turn
from chat.conversations.ownership import turn_of
from chat.conversations.turn_html import feedback_context
from chat.kernel.errors import OliverError
from chat.web.error_pages import refusal_line
from chat.web.page_context import page_context
from chat.web.request_values import posted_text
from chat.web.signed_in import SignedInRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@signed_in
def feedback(request: SignedInRequest, turn_id: int) -> HttpResponse:
    """POST sets the rating ("" withdraws it) or, with ``details``, everything."""
    turn = turn_of(request.user, turn_id)
    if request.method != "POST":
        return _show(request, turn, is_open="closed" not in request.GET)
    try:
        given = _take(request, turn)
    except OliverError as error:
        if request.htmx:
            return refusal_line(error)
        return _show(request, turn, is_open=True, error=error)
    is_open = given is not None and "details" not in request.POST
    if request.htmx:
        return _show(request, turn, is_open=is_open, said=True)
    return redirect("turn-feedback", turn.pk) if is_open else redirect(turn)


def _take(request: SignedInRequest, turn: Turn) -> Feedback | None:
    rating = request.POST.get("rating", "")
    if not rating and "details" not in request.POST:
        withdraw_feedback(request.user, turn)
        return None
    if "details" not in request.POST:
        return set_rating(request.user, turn, rating)
    return give_feedback(
        request.user,
        turn,
        rating=rating,
        reasons=request.POST.getlist("reasons"),
        comment=posted_text(request, "comment"),
    )


def _show(
    request: SignedInRequest,
    turn: Turn,
    *,
    is_open: bool,
    said: bool = False,
    error: OliverError | None = None,
) -> HttpResponse:
    given = Feedback.objects.filter(turn=turn, user=request.user).first()
    context: dict[str, object] = {"turn": turn} | feedback_context(given)
    context |= {"is_open": is_open, "said": said, "inline": bool(request.htmx)}
    if request.htmx:
        return render(request, "conversations/turn/_feedback.html", context)
    if error is not None:  # repeat what was typed
        context |= {
            "error": error.message,
            "rating": request.POST.get("rating", ""),
            "chosen": request.POST.getlist("reasons"),
            "comment": posted_text(request, "comment"),
        }
    context |= page_context(request, conversation=turn.conversation)
    status = error.http_status if error else 200
    return render(request, "conversations/turn_feedback.html", context, status=status)
