"""ASGI routing: Django answers, streams go to their consumer, and the worker runs alongside."""

import asyncio
import logging
import sys
from typing import Any

from channels.routing import ChannelNameRouter

from chat.engine.delivery.compression import Gzip, Plain, takes_gzip
from chat.engine.delivery.consumers import AssistantConsumer, TurnStreamConsumer
from chat.engine.doorbell import CHANNEL
from chat.engine.worker.assembly import retire, worker
from chat.engine.worker.doorbell_listener import DoorbellListener
from chat.engine.worker.process_lock import say_if_not_alone
from chat.kernel.asgi_types import Application, Receive, Scope, Send
from chat.kernel.conf import conf
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)

channel_application = ChannelNameRouter({CHANNEL: AssistantConsumer.as_asgi()})

#: Headers of every stream. A proxy's own compression or buffering would delay frames.
_STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
]
_REPLACED = {name for name, _ in _STREAM_HEADERS} | {b"content-encoding", b"content-length"}


class FollowSwitch:
    """Calls Django; if it hands over a ``Follow``, streams the turn instead."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._stream = TurnStreamConsumer.as_asgi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._django(scope, receive, send)
        if "follow" in scope:
            _prepare(scope)
            await self._stream(scope, receive, send)


def _prepare(scope: Scope) -> None:
    """Adds to the request's own scope what the consumer needs. A copy of it would cost each open
    stream 2 KB.
    """
    gzip = conf().compress_streams and takes_gzip(scope["headers"])
    encoding = (b"content-encoding", b"gzip" if gzip else b"identity")
    headers = [header for header in scope["follow_headers"] if header[0].lower() not in _REPLACED]
    scope["follow_headers"] = [*headers, *_STREAM_HEADERS, encoding]
    scope["follow_encoder"] = Gzip() if gzip else Plain()


class InProcessWorker:
    """Starts the worker on the server's event loop.

    Daphne has no start-up event, so the first request starts it; under uvicorn the lifespan does.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._listening is None and conf().worker == "in-process":
            self._start()
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await self._application(scope, receive, send)

    def _start(self) -> None:
        say_if_not_alone()
        doorbell = DoorbellListener(channel_application, worker_name=worker().name)
        self._listening = begin(doorbell.handle())
        worker().start()
        _retire_with_daphne()
        logger.info("Worker %s runs in this process", worker().name)


def _retire_with_daphne() -> None:
    """Daphne tells only Twisted that it stops. End running turns now instead of waiting for their
    lease.
    """
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is not None and reactor.running:
        from twisted.internet.defer import Deferred

        def ending() -> Deferred[None]:
            return Deferred.fromFuture(asyncio.ensure_future(retire(grace_s=0)))

        reactor.addSystemEventTrigger("before", "shutdown", ending)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await retire(grace_s=0)
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})
