"""The pages of conversations: a new one, and one with its transcript."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from chat.conf import conf
from chat.models import Conversation, Turn
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
