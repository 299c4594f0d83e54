"""Readers for measuring: raw asyncio, so that reading costs little, with what each one saw."""

import asyncio
import re
import zlib
from dataclasses import dataclass, field
from time import monotonic

_TOKEN = re.compile(rb"w(\d+)\b")


@dataclass
class Seen:
    """What one reader got: when each token first stood in what it had read, and how much."""

    asked_at: float = 0.0
    at: dict[int, float] = field(default_factory=dict)
    bytes_read: int = 0  # on the wire: compressed, with the framing of chunks
    messages: int = 0
    ended: bool = False
    kept: list[bytes] | None = None  # for ``read_kept``: what was read, not yet looked at

    def take(self, data: bytes) -> None:
        """Text that can be read from now on."""
        now = monotonic()
        self.messages += data.count(b"\n\n")
        for match in _TOKEN.finditer(data):
            self.at.setdefault(int(match[1]), now)


async def request(
    port: int, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    """Send a request; returns the connection and the head of the response."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return reader, writer, await reader.readuntil(b"\r\n\r\n")


class _Gunzip:
    """What a compressed, chunked body says so far, as a browser sees it: ``text(data)``."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._waiting = b""

    def text(self, data: bytes) -> bytes:
        """What the next bytes of the connection add; half a chunk waits for the other half."""
        self._waiting += data
        found = b""
        while (at := self._waiting.find(b"\r\n")) > 0:
            end = at + 2 + int(self._waiting[:at], 16)
            if len(self._waiting) < end + 2:
                break
            found += self._inflate.decompress(self._waiting[at + 2 : end])
            self._waiting = self._waiting[end + 2 :]
        return found


async def read_stream_later(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: list[bytes]
) -> None:
    """Read to the end of the response: of a crowd that shares its cores with the servers."""
    try:
        while data := await reader.read(65536):
            kept.append(data)
            if data.endswith(b"0\r\n\r\n"):
                break
    finally:
        writer.close()


def read_kept(seen: Seen, *, end: bytes, compressed: bool) -> None:
    """Look at what was kept, when nobody waits for it any more."""
    data = b"".join(seen.kept or ())
    seen.bytes_read += len(data)
    text = _Gunzip().text(data) if compressed else data
    seen.take(text)
    seen.ended = end in text[-200:]


async def read_stream(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    seen: Seen,
    *,
    end: bytes,
    compressed: bool = False,
) -> None:
    """Read until ``end`` stands in the stream, or the connection ends."""
    last = b""
    gunzip = _Gunzip() if compressed else None
    try:
        while data := await reader.read(65536):
            seen.bytes_read += len(data)
            data = gunzip.text(data) if gunzip else data
            seen.take(data)
            last = (last + data)[-200:]
            if end in last:
                seen.ended = True
                break
    finally:
        writer.close()
