"""Bodies are bounded before anybody buffers them: 413 and a sentence, however long the body is.

``BodyLimit`` wraps the ASGI application; a server that hands the body on as it comes (uvicorn) is
stopped there. Daphne collects whole bodies first, so ``daphne_bounds`` asks here as well.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext

_JSON = b"application/json"

Headers = list[tuple[bytes, bytes]]


def most_bytes() -> int:
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def is_too_large(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """As far as the headers tell; a body in chunks has to be counted."""
    length = next((value for name, value in headers if name.lower() == b"content-length"), b"0")
    return length.isdigit() and int(length) > most_bytes()


def refusal(headers: Iterable[tuple[bytes, bytes]]) -> tuple[Headers, bytes]:
    """Headers and body of a 413: JSON for programs, a sentence for htmx, a page for the rest."""
    sent = {name.lower(): value.lower() for name, value in headers}
    if sent.get(b"content-type", b"").startswith(_JSON):
        error = {"code": "body_too_large", "message": _sentence()}
        kind, body = "application/json", json.dumps({"error": error})
    elif b"hx-request" in sent:
        kind, body = "text/plain; charset=utf-8", _sentence()
    else:
        kind = "text/html; charset=utf-8"
        body = render_to_string("413.html", {"sentence": _sentence()})
    content = body.encode()
    return [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"content-security-policy", b"default-src 'none'; style-src 'self'; img-src 'self'"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ], content


def _sentence() -> str:
    return gettext("This is too large to send; the most is %(limit)s MB. Shorten the text.") % {
        "limit": f"{most_bytes() / 1_000_000:.0f}"
    }


class BodyLimit:
    """See the module."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif is_too_large(scope["headers"]):
            await _refuse(scope, send)
        else:
            bounded = _Bounded(scope, receive, send)
            await self._application(scope, bounded.receive, bounded.send)


class _Bounded:
    """One request whose body is counted while it comes."""

    def __init__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._size = 0
        self._refused = False

    async def receive(self) -> Any:
        if self._refused:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size <= most_bytes():
            return message
        self._refused = True
        await _refuse(self._scope, self._send)
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if not self._refused:
            await self._send(message)


async def _refuse(scope: dict[str, Any], send: Any) -> None:
    headers, body = refusal(scope["headers"])
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
