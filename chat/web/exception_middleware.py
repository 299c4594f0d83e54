"""Maps exceptions to ``OliverError``, and answers pages with them. The API uses the same mapping.

A database that is unreachable, damaged or full means 503 and a sentence, never a bare 500. The
page of a form that could not be stored repeats what was typed. Outages are logged once a minute.
"""

import logging
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from chat.kernel.database import is_away
from chat.kernel.errors import OliverError, StorageUnavailable
from chat.web.error_pages import html_response

logger = logging.getLogger(__name__)

_SAY_EVERY_S = 60.0
_said_at = float("-inf")


def to_oliver_error(exc: Exception) -> OliverError | None:
    """None for an unexpected exception."""
    if isinstance(exc, OliverError):
        return exc
    if not is_away(exc):
        return None
    _note_outage(exc)
    return StorageUnavailable()


class ExceptionMiddleware(MiddlewareMixin):
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = to_oliver_error(exception)
        if error is None:
            return None
        typed = request.POST.get("question", "") if request.method == "POST" else ""
        answer = html_response(error, htmx=bool(getattr(request, "htmx", None)), typed=typed)
        answer._has_been_logged = True  # type: ignore[attr-defined]  # do not log twice
        return answer


def _note_outage(exception: Exception) -> None:
    global _said_at
    if monotonic() - _said_at > _SAY_EVERY_S:
        _said_at = monotonic()
        logger.error("The database is away or full (%s)", str(exception).strip())
