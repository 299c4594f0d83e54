"""Pauses a connection: incoming data then waits in the kernel and wakes no task.

asyncio's own ``pause_reading`` of an encrypted connection pauses only decrypted data; each packet
still wakes the loop. So the connection below the encryption is paused, and data read from it is
decrypted at once.
"""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from typing import Any

#: Bytes of one read, as in asyncio.
_MOST_BYTES = 256 * 1024


class RestingLine:
    """For one response; ``protocol`` is aiohttp's."""

    def __init__(self, line: asyncio.Transport, protocol: asyncio.Protocol) -> None:
        self._line = self._below = line
        self._take: Callable[[bytes], object] = protocol.data_received
        # Attributes of CPython's implementation, the same since 3.11. Without them, and in a tunnel
        # (encrypted twice), asyncio's own pause is used.
        tls: Any = getattr(line, "_ssl_protocol", None)
        below = getattr(tls, "_transport", None)
        if below is not None and _is_plain(below):
            self._below = below
            self._take = partial(_decrypt, tls)

    def is_closing(self) -> bool:
        return self._line.is_closing() or self._below.is_closing()

    def pause(self) -> None:
        self._below.pause_reading()

    def resume(self) -> None:
        self._below.resume_reading()

    def take(self) -> None:
        """Pass on what waits in the kernel. The loop notices the end itself."""
        if data := arrived(self._below):
            self._take(data)


def arrived(line: asyncio.Transport) -> bytes:
    if not _is_plain(line):
        return b""
    try:
        return os.read(line.get_extra_info("socket").fileno(), _MOST_BYTES)
    except OSError:
        return b""


def _is_plain(line: asyncio.Transport) -> bool:
    return line.get_extra_info("sslcontext") is None


def _decrypt(tls: Any, data: bytes) -> None:
    """``tls`` is asyncio's ``SSLProtocol``; decrypted data goes to the protocol above it."""
    tls.get_buffer(len(data))[: len(data)] = data
    tls.buffer_updated(len(data))
