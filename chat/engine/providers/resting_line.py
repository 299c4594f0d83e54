"""A connection that rests: while it does, what arrives waits in the kernel and wakes nobody.

asyncio's own ``pause_reading`` of an encrypted connection rests only what has been decrypted; each
packet still wakes the loop. So the line below the encryption is paused, and what is taken from it
is put through the decryption at once.
"""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from typing import Any

#: Of one read, as asyncio itself has it.
_MOST_BYTES = 256 * 1024


class RestingLine:
    """Of one response; ``protocol`` is aiohttp's."""

    def __init__(self, line: asyncio.Transport, protocol: asyncio.Protocol) -> None:
        self._line = self._below = line
        self._take: Callable[[bytes], object] = protocol.data_received
        # Attributes of CPython's implementation, the same since 3.11. Where they are missing, and
        # in a tunnel (encrypted twice), the line rests as asyncio lets it.
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
        """Hand on what waits in the kernel. The end is the loop's to notice."""
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
    """``tls`` is asyncio's ``SSLProtocol``: what it decrypts goes to the protocol above."""
    tls.get_buffer(len(data))[: len(data)] = data
    tls.buffer_updated(len(data))
