"""Asking, stopping, regenerating and following turns.

With htmx a new turn is appended to the transcript and follows its stream. Without it the browser
goes to the conversation's page, which refreshes itself while the turn runs.
"""

from collections.abc import Sequence
from functools import partial

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat.accounts.rate_limits import check_turn
from chat.conversations.models import Conversation, Turn, path_of
from chat.conversations.ownership import conversation_of, followed_turn_of, turn_of
from chat.conversations.start import regenerate, start_turn
from chat.conversations.status_texts.reader_wording import style_of
from chat.conversations.stop import request_stop
from chat.conversations.turn_html import turn_html
from chat.conversations.views.page_slice import SliceRequest
from chat.conversations.views.pages import conversation_page, home_page
from chat.engine.delivery.follow import (
    Follow,
    FollowResponse,
    events_seen,
    follower,
    language_now,
)
from chat.kernel.errors import OliverError
from chat.web.error_pages import page_message, refusal_line, with_refusal_headers
from chat.web.page_context import Draft, new_idempotency_key
from chat.web.request_values import optional_id, posted_text
from chat.web.sidebar import list_page
from chat.web.signed_in import SignedInRequest, signed_in


class SeeOther(HttpResponseRedirect):
    """303: the browser follows with GET."""

    status_code = 303


@require_POST
@signed_in
def create(request: SignedInRequest) -> HttpResponse:
    """Starts a conversation, or continues one after the last turn on the page."""
    conversation = _conversation(request)
    parent_id = optional_id(request.POST.get("parent", "")) if conversation else None
    try:
        check_turn(request)
        turn = start_turn(
            user=request.user,
            question=posted_text(request, "question"),
            analysis_type=request.POST.get("analysis_type", ""),
            conversation=conversation,
            idempotency_key=request.POST.get("idempotency_key", ""),
            parent_id=parent_id,
        )
    except OliverError as error:
        return _refused(request, error, conversation, parent_id)
    if request.htmx and conversation is None:
        return HttpResponse(headers={"HX-Redirect": turn.conversation.get_absolute_url()})
    return show(request, turn)


@require_POST
@signed_in
def retry(request: SignedInRequest, turn_id: int) -> HttpResponse:
    turn = turn_of(request.user, turn_id)
    path = path_of(turn.conversation, through=turn.pk)
    try:
        check_turn(request)
        again = regenerate(turn)
    except OliverError as error:
        return _refused_at(request, error, turn)
    return show(request, again, instead_of=path[path.index(turn.pk) :])


@require_POST
@signed_in
def go_on(request: SignedInRequest, turn_id: int) -> HttpResponse:
    """Asks for the rest of an answer that was cut off, as a question of its own."""
    turn = turn_of(request.user, turn_id)
    try:
        check_turn(request)
        rest = start_turn(
            user=request.user,
            question=_("Continue the answer where it was cut off."),
            analysis_type=turn.analysis_type,
            conversation=turn.conversation,
            idempotency_key=new_idempotency_key(),
            parent_id=turn.pk,
        )
    except OliverError as error:
        return _refused_at(request, error, turn)
    return show(request, rest)


@require_POST
@signed_in
def stop(request: SignedInRequest, turn_id: int) -> HttpResponse:
    """Only requests the stop: the turn's end arrives over its stream."""
    turn = turn_of(request.user, turn_id)
    request_stop(turn)
    return HttpResponse(status=204) if request.htmx else SeeOther(turn.get_absolute_url())


@require_GET
@partial(signed_in, following=True)
def stream(request: SignedInRequest, turn_id: int) -> HttpResponse:
    """Resumes after the newest event the reader has. ``FollowSwitch`` sends the frames."""
    turn = followed_turn_of(request.user, turn_id)
    follow = Follow(
        turn.pk,
        after=events_seen(request),
        stream_format="html",
        language=language_now(),
        style=style_of(request.user),
        analysis_type=turn.analysis_type,
        **follower(request.user),
    )
    return FollowResponse(follow)


def _conversation(request: SignedInRequest) -> Conversation | None:
    conversation_id = optional_id(request.POST.get("conversation", ""))
    return conversation_of(request.user, conversation_id) if conversation_id is not None else None


def show(request: SignedInRequest, turn: Turn, *, instead_of: Sequence[int] = ()) -> HttpResponse:
    """Append the new turn. ``instead_of``: turns of the other path, which it replaces."""
    if not request.htmx:
        return SeeOther(turn.get_absolute_url())
    if "gap" in request.POST:  # the page does not show the end, where the turn belongs
        return HttpResponse(headers={"HX-Redirect": turn.get_absolute_url()})
    context = {
        "turn_id": turn.pk,
        "turn_html": turn_html(turn),
        "instead_of": instead_of,
        "renamed": bool(instead_of) and turn.parent_id is None,
        "key": new_idempotency_key(),
        "listed": list_page(request.user),
        "conversation": turn.conversation,
    }
    return render(request, "conversations/turn/appended.html", context)


def _refused_at(request: SignedInRequest, error: OliverError, turn: Turn) -> HttpResponse:
    """For a button of ``turn``."""
    if request.htmx:
        return refusal_line(error)
    page = conversation_page(
        request,
        turn.conversation,
        place=SliceRequest(turn=turn.pk),
        draft=Draft(error=error.message),
        status=error.http_status,
    )
    return with_refusal_headers(page, error)


def _refused(
    request: SignedInRequest,
    error: OliverError,
    conversation: Conversation | None,
    parent_id: int | None,
) -> HttpResponse:
    if request.htmx:
        return refusal_line(error, key_id="composer-key")
    draft = Draft(
        question=posted_text(request, "question"),
        analysis_type=request.POST.get("analysis_type", ""),
        error=page_message(error),
    )
    if conversation is None:
        page = home_page(request, draft=draft, status=error.http_status)
    else:
        page = conversation_page(
            request,
            conversation,
            place=SliceRequest(turn=None if error.field == "parent" else parent_id),
            draft=draft,
            status=error.http_status,
        )
    return with_refusal_headers(page, error)
