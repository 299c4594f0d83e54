"""The pages around conversations: a new one, one with its transcript, deleting."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from chat.conf import conf
from chat.models import Conversation, Turn
from chat.turns.stop import request_stop
from chat.views.access import SignedInRequest, signed_in
from chat.views.examples import EXAMPLES
from chat.views.ownership import conversation_of
from chat.views.page import EMPTY, Draft, page_context
from chat.views.turn_view import turn_html

#: Rendering markdown takes up to 16 ms a turn; older turns come with a link.
_NEWEST_TURNS = 30


@require_safe
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """A new conversation. ``?question=`` and ``?analysis_type=`` fill the composer."""
    draft = Draft(
        question=request.GET.get("question", "")[: conf().question_max_chars],
        analysis_type=request.GET.get("analysis_type", ""),
    )
    return home_page(request, draft=draft)


def home_page(request: SignedInRequest, *, draft: Draft, status: int = 200) -> HttpResponse:
    """The start page."""
    context = page_context(request, draft=draft) | {"examples": EXAMPLES}
    return render(request, "chat/home.html", context, status=status)


@require_safe
@signed_in
def conversation(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """A conversation's transcript, the newest turns or (``?all``) every one."""
    return conversation_page(request, conversation_of(request.user, conversation_id))


def conversation_page(
    request: SignedInRequest, conversation: Conversation, *, draft: Draft = EMPTY, status: int = 200
) -> HttpResponse:
    """The page of a conversation."""
    context = page_context(request, conversation=conversation, draft=draft)
    context |= _transcript(conversation, everything="all" in request.GET)
    if context["live_turn"]:
        context["refresh_url"] = _refresh_url(request, context["live_turn"])
    return render(request, "chat/conversation.html", context, status=status)


def _transcript(conversation: Conversation, *, everything: bool) -> dict[str, Any]:
    turns = conversation.turns.select_related("question").order_by("-pk")
    shown = list(turns if everything else turns[: _NEWEST_TURNS + 1])
    has_earlier = not everything and len(shown) > _NEWEST_TURNS
    shown = shown[:_NEWEST_TURNS] if has_earlier else shown
    return {
        "turns": [mark_safe(turn_html(turn)) for turn in reversed(shown)],  # noqa: S308
        "has_earlier": has_earlier,
        "live_turn": next((turn for turn in shown if turn.is_live), None),
    }


def _refresh_url(request: HttpRequest, turn: Turn) -> str:
    """Where the page without scripts goes to show more: itself, at the turn being written.

    The count makes it another address: going to the same one with a fragment only scrolls.
    """
    count = request.GET.get("refreshed", "")
    query = request.GET.copy()
    query["refreshed"] = str(int(count) + 1 if count.isascii() and count.isdigit() else 1)
    return f"?{query.urlencode()}#turn-{turn.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def conversation_delete(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """Ask on a page of its own (a dialog asks when scripts run), then delete for good."""
    conversation = conversation_of(request.user, conversation_id)
    if request.method != "POST":
        context = page_context(request, conversation=conversation)
        return render(request, "chat/conversation_delete.html", context)
    deleted_url = conversation.get_absolute_url()
    _delete(conversation)
    return redirect(_page_after(request, deleted_url=deleted_url))


def _delete(conversation: Conversation) -> None:
    for turn in Turn.objects.unfinished().filter(conversation=conversation):
        request_stop(turn)  # or its worker would go on until it misses the row
    # A worker that ends a turn now adds rows to it. The locks (on SQLite the transaction itself)
    # keep it from doing so between Django's look for all that hangs on the conversation and the
    # DELETEs: measured, it fails with a foreign key error otherwise.
    with transaction.atomic():
        list(Conversation.objects.select_for_update().filter(pk=conversation.pk))
        list(Turn.objects.select_for_update().filter(conversation=conversation).values_list("pk"))
        conversation.delete()


def _page_after(request: SignedInRequest, *, deleted_url: str) -> str:
    """Where the reader was, unless that is gone."""
    here = request.POST.get("next", "")
    if here.startswith(deleted_url) or not url_has_allowed_host_and_scheme(
        here, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return reverse("home")
    return here
