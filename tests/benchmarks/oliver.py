"""Asking Oliver as a browser does: sign in once, POST a turn, GET its stream."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode
from uuid import uuid4

from tests.benchmarks.process import ROOT, ServerProcess, daphne, free_port
from tests.benchmarks.readers import Seen, read_stream, read_stream_later, request

PASSWORD = "bench password 1"
_QUESTION = "how long do we have to report a suspicious transaction"


class Oliver:
    """A prepared data directory and the way to ask in it."""

    def __init__(
        self,
        provider_url: str,
        *,
        data_dir: Path | None = None,
        database_url: str = "",
        environment: dict[str, str] | None = None,
        root: Path = ROOT,
    ) -> None:
        """``root``: the tree whose Oliver it is."""
        self._root = root
        self._is_own = data_dir is None
        self.data_dir = str(data_dir or tempfile.mkdtemp(prefix="oliver-bench-"))
        self.port = free_port()
        self.environment = {
            "OLIVER_DATA_DIR": self.data_dir,
            "OLIVER_ADMIN_PASSWORD": PASSWORD,
            "OLIVER_MODEL": "openai/bench",
            "OLIVER_MODEL_TITLES": "0",
            "OLIVER_API_BASE": provider_url,
            "OLIVER_API_KEY": "k",
            "OLIVER_MAX_LIVE_TURNS": "2000",
            "OLIVER_LIVE_TURNS_PER_USER": "1000000",
            "OLIVER_TURNS_PER_MINUTE": "1000000",
            "OLIVER_API_REQUESTS_PER_MINUTE": "1000000",
            **(environment or {}),
        }
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self._cookies: dict[str, str] = {}
        self._token = ""
        self.last_page = ""  # where the turn that was asked for last is shown

    def prepare(self) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=self._root,
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def remove(self) -> None:
        """Its data directory, unless it was given one."""
        if self._is_own:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def server(self) -> ServerProcess:
        return ServerProcess(
            daphne("oliver_site.asgi:application", self.port),
            self.port,
            self.environment,
            root=self._root,
        )

    def worker(self) -> ServerProcess:
        """``manage.py runworker``; ``writes`` says when it is there."""
        command = [sys.executable, "manage.py", "runworker", "assistant"]
        return ServerProcess(command, None, self.environment, root=self._root)

    async def writes(self, *, within_s: float = 60) -> None:
        """Until somebody is there to write answers."""
        async with asyncio.timeout(within_s):
            while not await self._is_well():  # noqa: ASYNC110 (of another process)
                await asyncio.sleep(0.2)

    async def _is_well(self) -> bool:
        answer = await self._send("GET", "/api/health")
        return b" 200 " in answer.split(b"\r\n")[0]

    async def sign_in(self) -> None:
        page = await self._send("GET", "/accounts/login/")
        self._token = _csrf(page)
        form = {"username": "admin", "password": PASSWORD, "csrfmiddlewaretoken": self._token}
        await self._send("POST", "/accounts/login/", form)
        self._token = _csrf(await self._send("GET", "/"))

    async def ask(self, marker: str) -> tuple[int, float]:
        """Ask about a suspicious transaction; returns the turn's id and when it was asked."""
        asked_at = monotonic()
        form = {
            "question": f"{_QUESTION} {marker} x",
            "analysis_type": "general",
            "idempotency_key": uuid4().hex,
            "csrfmiddlewaretoken": self._token,
        }
        answer = await self._send("POST", "/turns/", form)
        found = re.search(rb"[Ll]ocation: (\S*)#turn-(\d+)", answer)
        assert found, answer[:500]
        self.last_page, turn_id = found[1].decode(), int(found[2])
        return turn_id, asked_at

    async def follow(self, turn_id: int, seen: Seen, *, end: bytes = b"event: done") -> None:
        reader, writer, head = await request(
            self.port,
            "GET",
            f"/turns/{turn_id}/stream?after=0",
            headers={**self._headers(), "Accept-Encoding": "gzip, deflate, br, zstd"},
        )
        assert b" 200 " in head, head
        compressed = b"content-encoding: gzip" in head.lower()
        if seen.kept is not None:
            await read_stream_later(reader, writer, seen.kept)
            assert compressed
            return
        await read_stream(reader, writer, seen, end=end, compressed=compressed)

    async def turn(self, marker: str) -> Seen:
        seen = Seen()
        turn_id, seen.asked_at = await self.ask(marker)
        await self.follow(turn_id, seen)
        return seen

    async def ask_api(self, marker: str, seen: Seen) -> None:
        """Ask and read as a program does, over one connection."""
        seen.asked_at = monotonic()
        body = json.dumps({"messages": [{"content": f"{_QUESTION} {marker} x", "sender": "user"}]})
        reader, writer, head = await request(
            self.port,
            "POST",
            "/api/chat/stream",
            body=body.encode(),
            headers={
                **self._headers(),
                "Content-Type": "application/json",
                "X-CSRFToken": self._token,
            },
        )
        assert b" 200 " in head, head
        await read_stream(reader, writer, seen, end=b'"done":true')

    def _headers(self) -> dict[str, str]:
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Referer": f"http://127.0.0.1:{self.port}/",
        }

    async def get(self, path: str, *, htmx: bool = False) -> bytes:
        """A page, or with ``htmx`` its part; returns the response's body."""
        answer = await self._send("GET", path, htmx=htmx)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        return body

    async def _send(
        self, method: str, path: str, form: dict[str, str] | None = None, *, htmx: bool = False
    ) -> bytes:
        body = urlencode(form or {}).encode() if form else b""
        headers = {**self._headers(), "Connection": "close"}
        if htmx:
            headers["HX-Request"] = "true"
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        reader, writer, head = await request(self.port, method, path, body=body, headers=headers)
        for name, value in re.findall(rb"[Ss]et-[Cc]ookie: (\w+)=([^;]+)", head):
            self._cookies[name.decode()] = value.decode()
        rest = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        return head + rest


def _csrf(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page[:300]
    return found[1].decode()
