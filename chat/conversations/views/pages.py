"""The start page and the page of a conversation."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chat.conversations.auto_titles import title_is_pending
from chat.conversations.models import Conversation, Turn, TurnTree, path_of
from chat.conversations.ownership import conversation_of
from chat.conversations.turn_html import owner_feedback, turn_html
from chat.conversations.views.example_questions import EXAMPLES
from chat.conversations.views.page_slice import SliceRequest
from chat.kernel.conf import conf
from chat.web.page_context import EMPTY, Draft, page_context
from chat.web.signed_in import SignedInRequest, signed_in


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
    context = page_context(request, draft=draft) | {"examples": EXAMPLES}
    return render(request, "conversations/home.html", context, status=status)


@require_safe
@vary_on_headers("HX-Request")
@signed_in
def conversation(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """The end of the path shown last, or with ``?turn=7`` the turns around that one. ``?before=7``
    and ``?after=7`` select the neighbouring slices, which htmx inserts without the page.
    """
    conversation = conversation_of(request.user, conversation_id)
    place = SliceRequest.read(request.GET.dict())
    if request.htmx:
        tree = TurnTree.of(conversation.pk)
        path = path_of(conversation, through=place.through, tree=tree)
        context = {"conversation": conversation} | _transcript(path, tree, place, is_fragment=True)
        return render(request, "conversations/_turns.html", context)
    return conversation_page(request, conversation, place=place)


def conversation_page(
    request: SignedInRequest,
    conversation: Conversation,
    *,
    place: SliceRequest | None = None,
    draft: Draft = EMPTY,
    status: int = 200,
) -> HttpResponse:
    place = place or SliceRequest()
    tree = TurnTree.of(conversation.pk)
    path = path_of(conversation, through=place.through, tree=tree)
    context = page_context(request, conversation=conversation, draft=draft, path=path)
    context |= _transcript(path, tree, place)
    if request.method == "GET":
        _remember(conversation, path)
    context["awaits_title"] = title_is_pending(conversation)
    live_turn = context["live_turn"]
    if isinstance(live_turn, Turn):
        context["refresh_url"] = _refresh_url(request, live_turn)
    return render(request, "conversations/conversation.html", context, status=status)


def _remember(conversation: Conversation, path: list[int]) -> None:
    """Reopen the conversation here. Not ``save()``, which would count as a use."""
    if path and path[-1] != conversation.current_turn_id:
        Conversation.objects.filter(pk=conversation.pk).update(current_turn=path[-1])


def _transcript(
    path: Sequence[int], tree: TurnTree, place: SliceRequest, *, is_fragment: bool = False
) -> dict[str, object]:
    """Context of ``_turns.html``. ``is_fragment``: the page already has the turns on one side."""
    shown = place.slice_of(path)
    turns = list(Turn.objects.filter(pk__in=shown.ids).select_related("question").order_by("pk"))
    feedback = owner_feedback(shown.ids)
    return {
        "turns": [mark_safe(turn_html(turn, tree, feedback)) for turn in turns],  # noqa: S308
        "page_slice": shown,
        "has_earlier": shown.earlier is not None and not (is_fragment and place.after),
        "has_later": shown.later is not None and not (is_fragment and place.before),
        "live_turn": next((turn for turn in turns if turn.is_live), None),
    }


def _refresh_url(request: HttpRequest, turn: Turn) -> str:
    """The same page at the live turn, for browsers without scripts.

    The counter makes the URL new: following a link to the current URL with a fragment only scrolls.
    """
    count = request.GET.get("refreshed", "")
    query = request.GET.copy()
    query["refreshed"] = str(int(count) + 1 if count.isascii() and count.isdigit() else 1)
    return f"?{query.urlencode()}#turn-{turn.pk}"
