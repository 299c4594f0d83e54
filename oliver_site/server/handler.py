"""Runs a request on one thread from its first middleware to its end.

Django's own handler returns to the event loop for each middleware and signal, and makes a thread
and a database connection for each request. This one changes threads once, reuses them and limits
how many run (``request_limiter``). It resolves the URL once, in advance. A response with a
``follow`` is not sent but handed over in ``scope["follow"]`` and ``scope["follow_headers"]``.
Asynchronous views take Django's way.
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
from oliver_site.server.request_limiter import RequestLimiter

#: More would compete for one interpreter; with fewer it idles while another waits for the disk.
_MAX_RUNNING = 3
#: A request takes 5 to 20 ms; a longer one is mostly waiting.
_BLOCKED_AFTER_S = 0.15
#: Leaves threads for other requests while many wait for a database that is down.
_MAX_THREADS = 100


class _OnOneThread(BaseHandler):
    """Django's handler for requests whose URL has already been resolved."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        if request.resolver_match is None or hasattr(request, "urlconf"):
            return super().resolve_request(request)
        return request.resolver_match


class OneThreadHandler(ASGIHandler):
    def __init__(self, *, following_urls: Collection[str] = ()) -> None:
        """``following_urls``: names of the URLs that follow an answer; their requests use the
        second lane.
        """
        super().__init__()
        self._following_urls = following_urls
        self._synchronous = _OnOneThread()
        self._synchronous.load_middleware(is_async=False)
        self._limiter = RequestLimiter(
            max_running=_MAX_RUNNING, blocked_after_s=_BLOCKED_AFTER_S, max_threads=_MAX_THREADS
        )

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
            lane: Any = self._limiter.following if follows else self._limiter.general
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
        """Unless its body is a stream, the response is closed here."""
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
