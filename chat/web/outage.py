"""The database is away, or takes no more (a full disk): 503 and a sentence, never a bare 500.

A middleware for the pages; the API maps the same errors in ``chat.api.errors``. The page of a form
that could not be stored holds what was typed, for nothing else may be able to keep it. The log
says it once in a while, however many ask.
"""

import logging
from time import monotonic
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin

from chat.kernel.database import AWAY
from chat.kernel.errors import StorageUnavailable
from chat.web.error_pages import refusal_headers

logger = logging.getLogger(__name__)

_SAY_EVERY_S = 60.0
_said_at = float("-inf")


class OutageMiddleware(MiddlewareMixin):
    """See the module."""

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AWAY):
            return None
        note_outage(exception)
        return _answer(request)


def note_outage(exception: Exception) -> None:
    """One line a minute, with the reason."""
    global _said_at
    if monotonic() - _said_at > _SAY_EVERY_S:
        _said_at = monotonic()
        logger.error("The database is away or full (%s)", str(exception).strip())


def _answer(request: HttpRequest) -> HttpResponse:
    error = StorageUnavailable()
    if getattr(request, "htmx", None):
        body, kind = error.message, "text/plain; charset=utf-8"
    else:
        typed = request.POST.get("question", "") if request.method == "POST" else ""
        body = render_to_string("503.html", {"sentence": error.message, "typed": typed})
        kind = "text/html; charset=utf-8"
    response = HttpResponse(
        body, status=error.http_status, content_type=kind, headers=refusal_headers(error)
    )
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # once is enough
    return response
