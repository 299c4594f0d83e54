"""A program that calls the API over real ASGI, as a server would let it.

async with program.post("/api/chat/stream", body) as reply:
    assert reply.status == 200
    async for event in reply.events():
        …                       # leaving the block disconnects
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator

from tests.support.eventually import PATIENCE_S


@dataclass(frozen=True)
class Event:
    """One Server-Sent Event."""

    seq: int | None
    data: Any


class Reply:
    """An answer on its way."""

    def __init__(self, communicator: Any, start: dict[str, Any]) -> None:
        self._communicator = communicator
        self.status: int = start["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes."""
        while True:
            message = await self._communicator.receive_output(PATIENCE_S)
            yield message.get("body", b"")
            if not message.get("more_body"):
                return

    async def json(self) -> Any:
        return json.loads(b"".join([piece async for piece in self.pieces()]))

    async def events(self) -> AsyncIterator[Event]:
        """Events one by one, heartbeats left out."""
        waiting = b""
        async for piece in self.pieces():
            *whole, waiting = (waiting + piece).split(b"\n\n")
            for block in whole:
                if not block.startswith(b":"):
                    yield _parsed(block.decode())

    async def all_events(self) -> list[Event]:
        return [event async for event in self.events()]


def _parsed(block: str) -> Event:
    lines = [line.partition(": ") for line in block.splitlines()]
    ids = [value for name, _, value in lines if name == "id"]
    data = "\n".join(value for name, _, value in lines if name == "data")
    return Event(seq=int(ids[0]) if ids else None, data=json.loads(data))


class Program:
    """See the module. ``token`` signs it in."""

    def __init__(self, application: Any, *, token: str) -> None:
        self._application = application
        self._token = token

    @asynccontextmanager
    async def get(self, path: str, **headers: str) -> AsyncIterator[Reply]:
        async with self._request("GET", path, b"", headers) as reply:
            yield reply

    @asynccontextmanager
    async def post(self, path: str, body: Any = None, **headers: str) -> AsyncIterator[Reply]:
        content = b"" if body is None else json.dumps(body).encode()
        async with self._request("POST", path, content, headers) as reply:
            yield reply

    @asynccontextmanager
    async def _request(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> AsyncIterator[Reply]:
        untyped: Any = ApplicationCommunicator
        communicator = untyped(self._application, self._scope(method, path, content, headers))
        await communicator.send_input({"type": "http.request", "body": content})
        try:
            yield Reply(communicator, await communicator.receive_output(PATIENCE_S))
        finally:
            await communicator.send_input({"type": "http.disconnect"})
            await communicator.wait(PATIENCE_S)

    def _scope(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> dict[str, Any]:
        url = urlsplit(path)
        sent = {
            "host": "localhost",
            "content-type": "application/json",
            "content-length": str(len(content)),
            "authorization": f"Bearer {self._token}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": url.path,
            "raw_path": url.path.encode(),
            "query_string": url.query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
