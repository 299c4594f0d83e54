"""The line: a reader's connection where the server is uvicorn, to be cut when nobody reads.

``routing`` finds it and puts it into the scope, ``TurnStreamConsumer`` hangs up. Daphne hangs up by
itself (``oliver_site.server.daphne_bounds``), so there is no line under it.
"""

import asyncio
import socket
import struct

from chat.kernel.asgi_types import Send

#: A reset instead of an end that would wait behind what nobody reads.
_AT_ONCE = struct.pack("ii", 1, 0)


def line_of(send: Send) -> asyncio.Transport | None:
    """What is behind a scope's ``send``."""
    line = getattr(getattr(send, "__self__", None), "transport", None)
    return line if isinstance(line, asyncio.Transport) else None


async def hang_up(line: asyncio.Transport | None) -> None:
    """uvicorn would close it, and so wait for ever until this reader takes what was sent; without
    the linger, the kernel would.
    """
    if line is not None:
        line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        line.abort()
        await asyncio.sleep(0)  # uvicorn hears of it, and does not miss the end of the response
