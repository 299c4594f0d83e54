"""Lets a stream reset its reader's connection under uvicorn, which ASGI has no message for.

``TurnStreamConsumer`` does so to readers that have stalled. Daphne drops such readers itself (see
``daphne_bounds``).
"""

import asyncio
import socket
import struct
from functools import partial

from chat.kernel.asgi_types import Application, Receive, Scope, Send

#: Send a reset instead of flushing the buffer first.
_AT_ONCE = struct.pack("ii", 1, 0)


class UvicornResets:
    """Puts ``reset_connection`` into the scope. It must get uvicorn's own ``send``."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (transport := _transport_of(send)) is not None:
            scope = {**scope, "reset_connection": partial(_reset, transport)}
        await self._application(scope, receive, send)


def _transport_of(send: Send) -> asyncio.Transport | None:
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if isinstance(transport, asyncio.Transport) else None


async def _reset(transport: asyncio.Transport) -> None:
    """Closing would wait until the reader has received everything: in uvicorn, and without
    SO_LINGER in the kernel too.
    """
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
    await asyncio.sleep(0)  # lets uvicorn notice before it misses the end of the response
