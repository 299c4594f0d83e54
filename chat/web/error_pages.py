"""An error as an answer to a browser: the one mapper from ``OliverError`` to HTML.

With htmx the sentence goes into the composer's error line (its form says so with ``hx-status``);
without, the page comes again with what was typed, or a page of its own says what is the matter.
``error_json`` is the mapper for programs.
"""

import math

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from chat.kernel.errors import IdempotencyKeyReused, OliverError
from chat.web.no_store import PRIVATE
from chat.web.page_context import new_idempotency_key

#: Of these the page keeps what was typed, or has advice of its own; the rest share one.
_PAGES = {404: "404.html", 413: "413.html", 500: "500.html", 503: "503.html"}


def html_response(error: OliverError, *, htmx: bool, typed: str = "") -> HttpResponse:
    """The sentence for htmx, else a page of its own. ``typed``: what nothing else has kept."""
    if htmx:
        answer = refusal_line(error)
    else:
        template = _PAGES.get(error.http_status, "refused.html")
        page = render_to_string(template, {"sentence": error.message, "typed": typed})
        answer = with_refusal_headers(HttpResponse(page, status=error.http_status), error)
    answer["Cache-Control"] = PRIVATE
    return answer


def refusal_line(error: OliverError, *, key_id: str = "") -> HttpResponse:
    """The sentence alone, for the error line. ``key_id``: the field of the form's idempotency key,
    which gets a new one when the error says that it is spent.
    """
    content = escape(page_message(error))
    if key_id and isinstance(error, IdempotencyKeyReused):
        content += render_to_string(
            "conversations/_new_key.html", {"key_id": key_id, "key": new_idempotency_key()}
        )
    return HttpResponse(content, status=error.http_status, headers=refusal_headers(error))


def page_message(error: OliverError) -> str:
    """Whoever reads a page has never heard of keys."""
    if isinstance(error, IdempotencyKeyReused):
        return _("This page has already sent another question. Your text is kept. Ask again.")
    return error.message


def refusal_headers(error: OliverError) -> dict[str, str]:
    """``Retry-After`` where the error knows it."""
    return {"Retry-After": str(math.ceil(error.retry_after_s))} if error.retry_after_s else {}


def with_refusal_headers(page: HttpResponse, error: OliverError) -> HttpResponse:
    """The page that comes again, with the headers of why it was refused."""
    for name, value in refusal_headers(error).items():
        page[name] = value
    return page
