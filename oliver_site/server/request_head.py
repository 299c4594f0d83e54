"""What a request's head may say: ``RequestHead`` takes out what nobody should believe.

Where Oliver is (its host, its path, its scheme) is settled by its operator. Servers and frameworks
believe headers about it, and what is built with them (links, redirects, caches) would then lead
readers to whoever sent the request. Cookies that take long to parse go too.
"""

from chat.kernel.asgi_types import Application, Headers, Receive, Scope, Send
from chat.kernel.errors import HeadersTooLarge
from oliver_site.server.refusals import refuse

#: Prefixes, hosts and addresses that a client or a careless proxy makes up. Believed are ``Host``
#: (one of OLIVER_ALLOWED_HOSTS), and behind proxies X-Forwarded-For and X-Forwarded-Proto.
UNBELIEVED = frozenset(
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
#: Ours take 200 bytes; the rest is what other programs on the same host have left.
MOST_COOKIE_BYTES = 8_192


class RequestHead:
    """See the module. WebSockets are refused: there are none."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()  # its connect
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http":
            if _cookie_bytes(scope["headers"]) > MOST_COOKIE_BYTES:
                await refuse(scope, send, HeadersTooLarge())
                return
            scope["headers"] = believed(scope["headers"])
            scope["root_path"] = ""  # Oliver stands at the root of its host
        await self._application(scope, receive, send)


def believed(headers: Headers) -> Headers:
    """The headers without those that are not."""
    return [
        (name, _parsable(value) if name == b"cookie" else value)
        for name, value in headers
        if name not in UNBELIEVED
    ]


def _parsable(cookies: bytes) -> bytes:
    """Without cookies that hold a backslash: none of ours does, and before Python 3.11.10 and
    3.12.6 each takes time by the square of its length (CVE-2024-7592).
    """
    if b"\\" not in cookies:
        return cookies
    return b";".join(cookie for cookie in cookies.split(b";") if b"\\" not in cookie)


def _cookie_bytes(headers: Headers) -> int:
    """HTTP/2 may send several headers, which are joined."""
    return sum(len(value) for name, value in headers if name == b"cookie")
