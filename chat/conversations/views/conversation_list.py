"""The conversation list: a page, or with htmx the list in the sidebar."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chat.kernel.conf import conf
from chat.web.page_context import page_context
from chat.web.sidebar import SHELVES, Cursor, list_page
from chat.web.signed_in import SignedInRequest, signed_in

_FIND_MAX_CHARS = 200


@require_safe
@vary_on_headers("HX-Request")
@signed_in
def conversation_list(request: SignedInRequest) -> HttpResponse:
    """``?find=`` searches, ``?show=`` is archived or deleted, ``?after=`` is the next page."""
    find = request.GET.get("find", "")[:_FIND_MAX_CHARS]
    shelf = SHELVES.get(request.GET.get("show", ""), "")
    found = list_page(request.user, find=find, shelf=shelf, after=_cursor(request))
    if request.htmx:
        return render(request, "conversations/_conversation_list.html", {"listed": found})
    context = {"found": found, "deleted_kept_days": conf().deleted_kept_days}
    return render(request, "conversations/conversations.html", page_context(request) | context)


def _cursor(request: SignedInRequest) -> Cursor | None:
    return Cursor.read(request.GET.get("after", ""))
