"""Editing a question, in place or on a page for browsers without scripts.

Submitting starts a branch (``chat.conversations.start.edit_question``); the old question, its
answer and later turns are kept.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from chat.accounts.rate_limits import check_turn
from chat.conversations.models import Turn, TurnTree, path_of
from chat.conversations.models.conversation import AnalysisType
from chat.conversations.ownership import turn_of
from chat.conversations.start import edit_question
from chat.conversations.turn_html import question_context
from chat.conversations.views.turns import show
from chat.kernel.conf import conf
from chat.kernel.errors import OliverError
from chat.web.error_pages import page_message, refusal_line, with_refusal_headers
from chat.web.page_context import Draft, new_idempotency_key, page_context
from chat.web.request_values import posted_text
from chat.web.signed_in import SignedInRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@signed_in
def edit(request: SignedInRequest, turn_id: int) -> HttpResponse:
    """GET shows the form, POST asks. ``?keep`` closes the form unchanged."""
    turn = turn_of(request.user, turn_id)
    if request.method == "POST":
        return _ask(request, turn)
    if request.htmx and "keep" in request.GET:
        context = question_context(turn, TurnTree.of(turn.conversation_id))
        return render(request, "conversations/turn/_asked.html", context)
    return _form(request, turn, Draft(turn.question.text, turn.analysis_type))


def _ask(request: SignedInRequest, turn: Turn) -> HttpResponse:
    path = path_of(turn.conversation, through=turn.pk)
    draft = Draft(posted_text(request, "question"), request.POST.get("analysis_type", ""))
    try:
        check_turn(request)
        edited = edit_question(
            turn,
            question=draft.question,
            analysis_type=draft.analysis_type,
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except OliverError as error:
        if request.htmx:
            return refusal_line(error, key_id=f"turn-{turn.pk}-edit-key")
        refused = Draft(draft.question, draft.analysis_type, page_message(error))
        return with_refusal_headers(_form(request, turn, refused, status=error.http_status), error)
    return show(request, edited, instead_of=path[path.index(turn.pk) :])


def _form(request: SignedInRequest, turn: Turn, draft: Draft, *, status: int = 200) -> HttpResponse:
    context = question_context(turn, TurnTree.of(turn.conversation_id)) | {
        "edit": _fields(draft),
        "inline": bool(request.htmx),
    }
    if request.htmx:
        return render(request, "conversations/turn/_edit.html", context)
    context |= page_context(request, conversation=turn.conversation)
    return render(request, "conversations/turn_edit.html", context, status=status)


def _fields(draft: Draft) -> dict[str, object]:
    return {
        "question": draft.question,
        "analysis_type": draft.analysis_type,
        "error": draft.error,
        "analysis_types": AnalysisType.choices,
        "idempotency_key": new_idempotency_key(),
        "question_max_chars": conf().question_max_chars,
    }
