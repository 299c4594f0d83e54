"""Readers that come and go: programs that take JSON, and pages that take HTML frames.

Both leave in the middle of a stream and return, perhaps to another server, with Last-Event-ID, as
an EventSource and htmx do. Whatever fails, they try again until they were told the end.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp
from selectolax.lexbor import LexborHTMLParser

from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk
from tests.chaos.journal import Reading

#: Between two tries of a client.
PAUSE_S = (0.2, 0.8)
_STAYS_S = (0.2, 3.0)
#: A server that was killed sends no goodbye to a proxy's client; heartbeats come every 15 s.
_SILENCE_S = 25.0
#: What a connection may fail with while things are killed.
FAILURES = (aiohttp.ClientError, OSError, TimeoutError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Message:
    """One message of a stream."""

    id: str
    event: str
    data: str


@dataclass(frozen=True)
class Access:
    """How clients reach the site."""

    urls: Sequence[str]
    http: aiohttp.ClientSession
    token: str
    cookies: dict[str, str]

    @property
    def as_program(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def as_browser(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


class Reader(ABC):
    """Reads one turn to its end, over as many connections as it takes."""

    def __init__(self, access: Access, turn_id: int, random: Random, *, leaves: int) -> None:
        self.reading = Reading()
        self._access = access
        self._turn_id = turn_id
        self._random = random
        self._leaves = leaves  # how many times it goes away of its own will
        self._last_id = ""

    async def read(self) -> None:
        while not self.reading.ended:
            with suppress(*FAILURES):
                await self._connect()
            if not self.reading.ended:
                await asyncio.sleep(self._random.uniform(*PAUSE_S))

    async def _connect(self) -> None:
        url, headers = await self._address(self._random.choice(self._access.urls))
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        stays_s = self._random.uniform(*_STAYS_S) if self._leaves > 0 else None
        self._leaves -= 1
        async with asyncio.timeout(stays_s), self._access.http.get(url, headers=headers) as answer:
            if 400 <= answer.status < 500:
                self.reading.problems.append(f"refused with {answer.status}")
            answer.raise_for_status()
            await self.take(answer)

    async def take(self, answer: aiohttp.ClientResponse) -> None:
        """Read a stream that has begun, until it ends or its reader knows the end."""
        self.reading.connections += 1
        async for message in messages_of(answer):
            self._receive(message)
            self._last_id = message.id or self._last_id
            if self.reading.ended:
                return

    @abstractmethod
    async def _address(self, site: str) -> tuple[str, dict[str, str]]:
        """Where to connect now, and with which headers."""

    @abstractmethod
    def _receive(self, message: Message) -> None: ...


class Program(Reader):
    """Folds chunks."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reading.answer = self._answer = Answer()
        self._told: set[int] = set()

    async def _address(self, site: str) -> tuple[str, dict[str, str]]:
        return f"{site}/api/turns/{self._turn_id}/stream", self._access.as_program

    def _receive(self, message: Message) -> None:
        chunk = StreamChunk.model_validate_json(message.data)
        seq = int(message.id)
        if chunk.replaces:
            self._told = {each for each in self._told if each <= seq}  # we go on from there
        elif seq in self._told and chunk.type in ("content", "reasoning", "artifacts"):
            self.reading.problems.append(f"event {seq} came twice")
        else:
            self._told.add(seq)
        self._answer.apply(chunk)
        self.reading.ended = chunk.done


class Page(Reader):
    """Applies frames to the elements of the turn, as htmx does."""

    def __init__(self, *args: Any, page_url: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._page_url = page_url
        self._stream_path = ""

    async def _address(self, site: str) -> tuple[str, dict[str, str]]:
        reloads = self._random.random() < 0.3
        if not self._stream_path or reloads:
            await self._load(site)
        return site + self._stream_path, self._access.as_browser

    async def _load(self, site: str) -> None:
        """A reload forgets everything but what the page says."""
        html = await page_html(self._access, site + self._page_url)
        self.reading.parts, self._stream_path = parts_of(html, self._turn_id)
        self._last_id = ""
        if not self._stream_path:
            self.reading.ended = True
            raise TimeoutError  # it has ended: nothing to connect to

    def _receive(self, message: Message) -> None:
        if message.event == "done":
            self.reading.ended = True
            return
        for partial in LexborHTMLParser(message.data).css("hx-partial"):
            target = str(partial.attributes["hx-target"]).removeprefix("#")
            self._swap(target, str(partial.attributes["hx-swap"]), partial.inner_html or "")

    def _swap(self, target: str, swap: str, html: str) -> None:
        parts = self.reading.parts
        assert parts is not None
        match swap:
            case "beforeend":
                parts[target] += html
            case "innerHTML" | "innerMorph":
                parts[target] = html
            case "outerHTML":
                self.reading.parts, self._stream_path = parts_of(html, self._turn_id)
                self.reading.ended = not self._stream_path
            case "delete":
                del parts[target]
                self.reading.ended = True
            case _:
                self.reading.problems.append(f"swap {swap}")


async def messages_of(answer: aiohttp.ClientResponse) -> AsyncIterator[Message]:
    """Server-Sent Events as they come; heartbeats are skipped."""
    lines: list[tuple[str, str]] = []
    while line := await asyncio.wait_for(answer.content.readline(), _SILENCE_S):
        text = line.decode().rstrip("\r\n")
        if text:
            name, _, value = text.partition(": ")
            lines.append((name, value))
            continue
        fields = dict(lines)
        data = "\n".join(value for name, value in lines if name == "data")
        if "data" in fields:
            yield Message(fields.get("id", ""), fields.get("event", ""), data)
        lines = []


async def page_html(access: Access, url: str) -> str:
    async with access.http.get(url, headers=access.as_browser) as answer:
        answer.raise_for_status()
        return await answer.text()


def parts_of(html: str, turn_id: int) -> tuple[dict[str, str], str]:
    """The inside of each element of the turn by id, and where its stream is ("": it has ended)."""
    page = LexborHTMLParser(html)
    nodes = page.css(f'[id^="turn-{turn_id}-"]')
    parts = {str(node.attributes["id"]): node.inner_html or "" for node in nodes}
    live = page.css_first(f"#turn-{turn_id}-live")
    return parts, str(live.attributes["hx-sse:connect"]) if live is not None else ""


def settled(parts: dict[str, str]) -> dict[str, str]:
    """For comparison: parsed once more, without the element that only a live turn has."""
    return {
        name: (body.inner_html or "") if (body := LexborHTMLParser(html).body) else ""
        for name, html in parts.items()
        if not name.endswith("-live")
    }
