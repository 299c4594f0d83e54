"""Finds and resets a reader's connection under uvicorn, for readers that have stalled.

``routing`` puts the transport into the scope, ``TurnStreamConsumer`` resets it. Daphne drops such
readers itself (``oliver_site.server.daphne_bounds``).
"""

import asyncio
import socket
import struct

from chat.kernel.asgi_types import Send

#: Send a reset instead of flushing the buffer first.
_AT_ONCE = struct.pack("ii", 1, 0)


def transport_of(send: Send) -> asyncio.Transport | None:
    """The transport behind an ASGI ``send``, if the server is uvicorn."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if isinstance(transport, asyncio.Transport) else None


async def reset_connection(transport: asyncio.Transport | None) -> None:
    """Closing would wait until the reader has received everything: in uvicorn, and without
    SO_LINGER in the kernel too.
    """
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
        await asyncio.sleep(0)  # lets uvicorn notice before it misses the end of the response
