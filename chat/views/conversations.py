"""The pages of conversations: a new one, and one with its transcript."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from chat.conf import conf
from chat.models import Conversation, Turn, TurnTree, path_of
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
    """The path shown last, or (``?turn=7``) the one through a turn: the newest turns of it or
    (``?all``) every one."""
    conversation = conversation_of(request.user, conversation_id)
    return conversation_page(request, conversation, through=id_in(request.GET.get("turn", "")))


def id_in(text: str) -> int | None:
    """The id that an address or a form names; None if it names none. Raises ``Http404``."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("an id is a number")
    return int(text)


def conversation_page(
    request: SignedInRequest,
    conversation: Conversation,
    *,
    through: int | None = None,
    draft: Draft = EMPTY,
    status: int = 200,
) -> HttpResponse:
    """The page of a conversation, on the path through a turn of it."""
    tree = TurnTree.of(conversation.pk)
    path = path_of(conversation, through=through, tree=tree)
    if through is not None and not path:
        raise Http404("no such turn in this conversation")
    if request.method == "GET":
        _remember(conversation, path)
    shown = path if "all" in request.GET else path[_first_shown(path, through) :]
    context = page_context(request, conversation=conversation, draft=draft, path=path)
    context |= _transcript(shown, tree) | {"has_earlier": len(shown) < len(path)}
    if context["live_turn"]:
        context["refresh_url"] = _refresh_url(request, context["live_turn"])
    return render(request, "chat/conversation.html", context, status=status)


def _first_shown(path: list[int], through: int | None) -> int:
    """Where on the path the page begins, so that the turn it was opened for is on it."""
    first = max(0, len(path) - _NEWEST_TURNS)
    return first if through is None else min(first, path.index(through))


def _remember(conversation: Conversation, path: list[int]) -> None:
    """So that the conversation opens where its owner was. Not save(): this is no use of it."""
    if path and path[-1] != conversation.current_turn_id:
        Conversation.objects.filter(pk=conversation.pk).update(current_turn=path[-1])


def _transcript(shown: list[int], tree: TurnTree) -> dict[str, Any]:
    turns = list(Turn.objects.filter(pk__in=shown).select_related("question").order_by("pk"))
    return {
        "turns": [mark_safe(turn_html(turn, tree)) for turn in turns],  # noqa: S308
        "live_turn": next((turn for turn in turns if turn.is_live), None),
    }


def _refresh_url(request: HttpRequest, turn: Turn) -> str:
    """Where the page without scripts goes to show more: itself, at the turn being written.

    The count makes it another address: going to the same one with a fragment only scrolls.
    """
    count = request.GET.get("refreshed", "")
    query = request.GET.copy()
    query["refreshed"] = str(int(count) + 1 if count.isascii() and count.isdigit() else 1)
    return f"?{query.urlencode()}#turn-{turn.pk}"
