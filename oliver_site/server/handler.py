"""The handler: a request runs on one thread from its first middleware to its end.

Django's own comes back to the event loop for each middleware and each signal, on a thread and a
database connection that are made for this request alone. Here a request changes threads once, the
threads are kept, and few work at once (see ``gate``). ``asgi`` makes one; views that are
asynchronous go Django's way.
"""

from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, Http404
from django.urls import resolve, set_script_prefix

from oliver_site.server.request_gate import Gate

#: More would share one interpreter; with fewer nobody works while another waits for the disk.
_AT_ONCE = 3
#: A request takes 5 to 20 ms. Longer is mostly waiting.
_PATIENCE_S = 0.15
#: Of requests that wait for a database that is away: the others still find a thread.
_MOST_THREADS = 100


class OneThreadHandler(ASGIHandler):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._synchronous = BaseHandler()
        self._synchronous.load_middleware(is_async=False)
        self._gate = Gate(most=_AT_ONCE, patience_s=_PATIENCE_S, most_threads=_MOST_THREADS)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        if _is_asynchronous(scope):
            await super().handle(scope, receive, send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            lane: Any = self._gate.following if _follows(scope) else self._gate.asking
            respond = sync_to_async(self._respond, thread_sensitive=False, executor=lane)
            response = await respond(scope, body)
            await self.send_response(response, send)
            if response.streaming:
                close = sync_to_async(response.close, thread_sensitive=False, executor=lane)
                await close()
        finally:
            body.close()

    def _respond(self, scope: Any, body: Any) -> Any:
        """Answer, and let go of all that the request held unless its body is still to be read."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        response: Any
        request, response = self.create_request(scope, body)
        if request is not None:
            response = self._synchronous.get_response(request)
            response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response


def _follows(scope: Any) -> bool:
    return bool(scope["method"] == "GET" and scope["path"].endswith("/stream"))


def _is_asynchronous(scope: Any) -> bool:
    path = scope["path"].removeprefix(get_script_prefix(scope).rstrip("/"))
    try:
        return iscoroutinefunction(resolve(path).func)
    except Http404:
        return False
