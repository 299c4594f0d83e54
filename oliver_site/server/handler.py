"""The handler: a request runs on one thread from its first middleware to its end.

Django's own comes back to the event loop for each middleware and each signal, on a thread and a
database connection that are made for this request alone. Here a request changes threads once, the
threads are kept, and few work at once (see ``request_gate``). Its URL is resolved once, before. A
response that has a ``follow`` is not sent but handed over, in ``scope["follow"]`` and
``scope["follow_headers"]``. ``asgi`` makes one; views that are asynchronous go Django's way.
"""

from collections.abc import Collection
from typing import IO, Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import ResolverMatch, resolve, set_script_prefix

from chat.kernel.asgi_types import Headers, Receive, Scope, Send
from oliver_site.server.request_gate import Gate

#: More would share one interpreter; with fewer nobody works while another waits for the disk.
_AT_ONCE = 3
#: A request takes 5 to 20 ms. Longer is mostly waiting.
_PATIENCE_S = 0.15
#: Of requests that wait for a database that is away: the others still find a thread.
_MOST_THREADS = 100


class _OnOneThread(BaseHandler):
    """Django's handler, for requests whose URL is resolved already."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        if request.resolver_match is None or hasattr(request, "urlconf"):
            return super().resolve_request(request)
        return request.resolver_match


class OneThreadHandler(ASGIHandler):
    """See the module."""

    def __init__(self, *, following_urls: Collection[str] = ()) -> None:
        """``following_urls``: the names of those where readers follow an answer. Their requests
        do not wait behind all who have just asked.
        """
        super().__init__()
        self._following_urls = following_urls
        self._synchronous = _OnOneThread()
        self._synchronous.load_middleware(is_async=False)
        self._gate = Gate(most=_AT_ONCE, patience_s=_PATIENCE_S, most_threads=_MOST_THREADS)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = _resolved(scope)
        if match is not None and iscoroutinefunction(match.func):
            await super().handle(scope, receive, send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            follows = match is not None and match.url_name in self._following_urls
            lane: Any = self._gate.following if follows else self._gate.asking
            respond = sync_to_async(self._respond, thread_sensitive=False, executor=lane)
            response = await respond(scope, body, match)
            if (follow := getattr(response, "follow", None)) is not None:
                scope["follow"], scope["follow_headers"] = follow, _headers_of(response)
                return
            await self.send_response(response, send)
            if response.streaming:
                close = sync_to_async(response.close, thread_sensitive=False, executor=lane)
                await close()
        finally:
            body.close()

    def _respond(
        self, scope: Scope, body: IO[bytes], match: ResolverMatch | None
    ) -> HttpResponseBase:
        """Answer, and let go of all that the request held unless its body is still to be read."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, response = self.create_request(scope, body)
        if request is not None:
            request.resolver_match = match
            response = self._synchronous.get_response(request)
            response._handler_class = self.__class__  # type: ignore[attr-defined]
        assert response is not None
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response


def _resolved(scope: Scope) -> ResolverMatch | None:
    try:
        return resolve(scope["path"].removeprefix(get_script_prefix(scope).rstrip("/")))
    except Http404:
        return None


def _headers_of(response: HttpResponseBase) -> Headers:
    cookies = (cookie.output(header="") for cookie in response.cookies.values())
    every = [*response.items(), *(("Set-Cookie", cookie.strip()) for cookie in cookies)]
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in every]
