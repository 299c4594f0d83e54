"""Removes request headers that must not be trusted.

Only the operator decides Oliver's host, path and scheme. Servers and frameworks believe headers
about them, and links, redirects and caches built from these would lead readers to whoever sent the
request. Cookies that are slow to parse are removed as well.
"""

from chat.kernel.asgi_types import Application, Headers, Receive, Scope, Send
from chat.kernel.errors import HeadersTooLarge
from oliver_site.server.refusals import refuse

#: Prefixes, hosts and addresses that a client or a careless proxy can invent. Only ``Host`` (one of
#: OLIVER_ALLOWED_HOSTS) is trusted, and behind proxies X-Forwarded-For and X-Forwarded-Proto.
UNTRUSTED_HEADERS = frozenset(
    (
        b"daphne-root-path",
        b"forwarded",
        b"script-name",
        b"x-forwarded-host",
        b"x-forwarded-path",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-server",
        b"x-forwarded-uri",
        b"x-host",
        b"x-http-method-override",
        b"x-original-host",
        b"x-original-uri",
        b"x-original-url",
        b"x-rewrite-url",
        b"x-script-name",
    )
)
#: Ours take 200 bytes; the rest comes from other programs on the same host.
MOST_COOKIE_BYTES = 8_192


class RequestHead:
    """Also rejects WebSockets, which Oliver does not use."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()  # the connect message
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http":
            if _cookie_bytes(scope["headers"]) > MOST_COOKIE_BYTES:
                await refuse(scope, send, HeadersTooLarge())
                return
            scope["headers"] = trusted(scope["headers"])
            scope["root_path"] = ""  # Oliver is always at the root of its host
        await self._application(scope, receive, send)


def trusted(headers: Headers) -> Headers:
    """The headers without ``UNTRUSTED_HEADERS``."""
    return [
        (name, _parsable(value) if name == b"cookie" else value)
        for name, value in headers
        if name not in UNTRUSTED_HEADERS
    ]


def _parsable(cookies: bytes) -> bytes:
    """Drop cookies that contain a backslash. None of ours does, and before Python 3.11.10 and
    3.12.6 parsing one takes quadratic time (CVE-2024-7592).
    """
    if b"\\" not in cookies:
        return cookies
    return b";".join(cookie for cookie in cookies.split(b";") if b"\\" not in cookie)


def _cookie_bytes(headers: Headers) -> int:
    """HTTP/2 may split cookies over several headers."""
    return sum(len(value) for name, value in headers if name == b"cookie")
