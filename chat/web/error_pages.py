"""Maps ``OliverError`` to HTML; ``error_json`` does the same for programs.

htmx puts the sentence into the composer's error line (``hx-status`` on its form). Without htmx the
page is rendered again with what was typed, or a separate error page is shown.
"""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from chat.kernel.errors import IdempotencyKeyReused, OliverError
from chat.web.no_store import PRIVATE
from chat.web.page_context import new_idempotency_key

#: Pages that repeat what was typed or give advice; other errors share one.
_PAGES = {404: "404.html", 413: "413.html", 500: "500.html", 503: "503.html"}


def html_response(error: OliverError, *, htmx: bool, typed: str = "") -> HttpResponse:
    """``typed``: text that would otherwise be lost; the error page repeats it."""
    if htmx:
        answer = refusal_line(error)
    else:
        template = _PAGES.get(error.http_status, "refused.html")
        page = render_to_string(template, {"sentence": error.message, "typed": typed})
        answer = with_refusal_headers(HttpResponse(page, status=error.http_status), error)
    answer["Cache-Control"] = PRIVATE
    return answer


def refusal_line(error: OliverError, *, key_id: str = "") -> HttpResponse:
    """The sentence for the error line. ``key_id``: the form's idempotency key field, which gets a
    new value if its key was used up.
    """
    content = escape(page_message(error))
    if key_id and isinstance(error, IdempotencyKeyReused):
        content += render_to_string(
            "conversations/_new_key.html", {"key_id": key_id, "key": new_idempotency_key()}
        )
    return HttpResponse(content, status=error.http_status, headers=error.http_headers)


def page_message(error: OliverError) -> str:
    """Readers of a page know nothing of idempotency keys."""
    if isinstance(error, IdempotencyKeyReused):
        return _("This page has already sent another question. Your text is kept. Ask again.")
    return error.message


def with_refusal_headers(page: HttpResponse, error: OliverError) -> HttpResponse:
    for name, value in error.http_headers.items():
        page[name] = value
    return page
