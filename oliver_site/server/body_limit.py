"""Rejects large request bodies with 413 before they are buffered.

``BodyLimit`` wraps the ASGI application and stops servers that pass bodies on in pieces (uvicorn).
Daphne collects whole bodies first, so ``daphne_bounds`` uses the same limit.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext

from chat.kernel.asgi_types import Application, Message, Receive, Scope, Send
from chat.kernel.errors import BodyTooLarge
from oliver_site.server.refusals import refuse


def most_bytes() -> int:
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def is_too_large(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """According to Content-Length; a chunked body has to be counted."""
    length = next((value for name, value in headers if name.lower() == b"content-length"), b"0")
    return length.isdigit() and int(length) > most_bytes()


def too_large() -> BodyTooLarge:
    sentence = gettext("This is too large to send. The limit is %(limit)s MB. Shorten the text.")
    return BodyTooLarge(sentence % {"limit": f"{most_bytes() / 1_000_000:.0f}"})


class BodyLimit:
    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif is_too_large(scope["headers"]):
            await refuse(scope, send, too_large())
        else:
            bounded = _Bounded(scope, receive, send)
            await self._application(scope, bounded.receive, bounded.send)


class _Bounded:
    """Counts the body of one request as it arrives."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._size = 0
        self._refused = False

    async def receive(self) -> Message:
        if self._refused:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size <= most_bytes():
            return message
        self._refused = True
        await refuse(self._scope, self._send, too_large())
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if not self._refused:
            await self._send(message)
