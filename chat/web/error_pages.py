"""An error as an answer to a browser: the one mapper from ``OliverError`` to HTML.

With htmx the sentence goes into the composer's error line (its form says so with ``hx-status``);
without, the page comes again with what was typed. Streams and the API have mappers of their own.
"""

import math

from django.http import HttpResponse
from django.utils.html import escape

from chat.kernel.errors import OliverError


def refusal_line(error: OliverError) -> HttpResponse:
    """The sentence alone, for the error line."""
    return HttpResponse(
        escape(error.message), status=error.http_status, headers=refusal_headers(error)
    )


def refusal_headers(error: OliverError) -> dict[str, str]:
    """``Retry-After`` where the error knows it."""
    return {"Retry-After": str(math.ceil(error.retry_after_s))} if error.retry_after_s else {}


def with_reason(page: HttpResponse, error: OliverError) -> HttpResponse:
    """The page that comes again, with the headers of why it was refused."""
    for name, value in refusal_headers(error).items():
        page[name] = value
    return page
