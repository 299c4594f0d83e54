"""Readers for measuring: raw asyncio, so that reading costs little, with what each one saw."""

import asyncio
import re
from dataclasses import dataclass, field
from time import monotonic

_TOKEN = re.compile(rb"w(\d+)\b")


@dataclass
class Seen:
    """What one reader got: when each token first stood in what it had read, and how much."""

    asked_at: float = 0.0
    at: dict[int, float] = field(default_factory=dict)
    bytes_read: int = 0
    messages: int = 0
    ended: bool = False

    def take(self, data: bytes) -> None:
        now = monotonic()
        self.bytes_read += len(data)
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


async def read_stream(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Seen, *, end: bytes
) -> None:
    """Read until ``end`` stands in the stream, or the connection ends."""
    last = b""
    try:
        while data := await reader.read(65536):
            seen.take(data)
            last = (last + data)[-200:]
            if end in last:
                seen.ended = True
                break
    finally:
        writer.close()
