"""Answers a request with an error before Django sees it.

Rendered as for any view (``chat.web``): JSON for programs, a sentence for htmx, else a page.
"""

from collections.abc import Iterable

from django.http import HttpResponse

from chat.kernel.asgi_types import Headers, Scope, Send
from chat.kernel.errors import OliverError
from chat.web.error_json import json_response
from chat.web.error_pages import html_response

#: Django's middleware would add these. An error page needs only its style sheet.
_POLICY = (
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; img-src 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"connection", b"close"),
)


def refusal(
    error: OliverError, headers: Iterable[tuple[bytes, bytes]], *, path: str = ""
) -> tuple[Headers, bytes]:
    """Returns headers and body. ``headers`` are the request's."""
    answer = _mapped(error, {name.lower(): value.lower() for name, value in headers}, path)
    named = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
    length = (b"content-length", str(len(answer.content)).encode())
    return [*named, length, *_POLICY], answer.content


async def refuse(scope: Scope, send: Send, error: OliverError) -> None:
    headers, body = refusal(error, scope["headers"], path=scope["path"])
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _mapped(error: OliverError, sent: dict[bytes, bytes], path: str) -> HttpResponse:
    if path.startswith("/api/") or sent.get(b"content-type", b"").startswith(b"application/json"):
        return json_response(error)
    return html_response(error, htmx=b"hx-request" in sent)
