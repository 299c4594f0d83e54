"""Reads a stream from the real ASGI application, without a server."""

import asyncio
import zlib
from dataclasses import dataclass
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.test import AsyncClient

from tests.support.eventually import PATIENCE_S


@dataclass(frozen=True)
class SSEMessage:
    """A message as a browser would receive it."""

    id: str
    event: str
    data: str


class SSEReader:
    """``async with SSEReader(application, client, "/turns/7/stream") as reader``."""

    def __init__(self, application: Any, client: AsyncClient, path: str, **headers: str) -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        path, _, query = path.partition("?")
        named = {"host": "127.0.0.1", "cookie": cookies, **headers}
        self._communicator = ApplicationCommunicator(
            application,
            {
                "type": "http",
                "method": "GET",
                "path": path,
                "raw_path": path.encode(),
                "query_string": query.encode(),
                "headers": [
                    (name.replace("_", "-").encode(), value.encode())
                    for name, value in named.items()
                ],
                "client": ("127.0.0.1", 1),
                "server": ("127.0.0.1", 80),
                "scheme": "http",
            },
        )
        self.status = 0
        self.headers: dict[str, str] = {}
        self._rest = ""
        self.bytes_read = 0
        self.gunzip: Any = None  # for a compressed stream
        self.ended = False

    async def __aenter__(self) -> "SSEReader":
        await self._communicator.send_input({"type": "http.request", "body": b""})
        start = await self._communicator.receive_output(PATIENCE_S)
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        if self.headers.get("content-encoding") == "gzip":
            self.gunzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Close the connection and wait until the application has finished."""
        await self._communicator.send_input({"type": "http.disconnect"})
        await self._communicator.wait(PATIENCE_S)

    async def piece(self) -> str:
        """The next bytes of the body, as text."""
        part = await self._communicator.receive_output(PATIENCE_S)
        self.ended = not part.get("more_body", False)
        body: bytes = part["body"]
        self.bytes_read += len(body)
        return (self.gunzip.decompress(body) if self.gunzip else body).decode()

    async def message(self) -> SSEMessage:
        """The next message; pings are skipped."""
        while "\n\n" not in self._rest:
            assert not self.ended, f"the stream ended after {self._rest!r}"
            self._rest += await self.piece()
        block, _, self._rest = self._rest.partition("\n\n")
        return _parsed(block) if not block.startswith(":") else await self.message()

    async def to_the_end(self) -> list[SSEMessage]:
        """All messages until the application ends the stream."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.ended:
                self._rest += await self.piece()
        blocks = self._rest.split("\n\n")
        return [_parsed(block) for block in blocks if block and not block.startswith(":")]


def _parsed(block: str) -> SSEMessage:
    lines = [line.partition(": ") for line in block.split("\n")]

    def values(name: str) -> list[str]:
        return [value for key, _, value in lines if key == name]

    return SSEMessage(
        id="".join(values("id")), event="".join(values("event")), data="\n".join(values("data"))
    )
