"""The three servers that are compared, each with the same way to ask."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from tests.benchmarks.oliver import Oliver
from tests.benchmarks.process import ServerProcess, daphne, free_port
from tests.benchmarks.provider import BenchProvider
from tests.benchmarks.readers import Seen, read_stream, request


class Ask(Protocol):
    """Ask with a marker and read the answer to its end, into ``seen``."""

    async def __call__(self, marker: str, seen: Seen) -> None: ...


@dataclass
class Subject:
    """A running server and how to ask it."""

    name: str
    process: ServerProcess
    ask: Ask


@asynccontextmanager
async def bare_proxy(provider: BenchProvider) -> AsyncIterator[Subject]:
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.bare_proxy", str(port), provider.url]

    async def ask(marker: str, seen: Seen) -> None:
        body = json.dumps({"messages": [f"{marker} x"]}).encode()
        seen.asked_at = monotonic()
        reader, writer, _ = await request(port, "POST", "/", body=body)
        await read_stream(reader, writer, seen, end=b"0\r\n\r\n")

    with ServerProcess(command, port, {}) as process:
        yield Subject("bare proxy", process, ask)


@asynccontextmanager
async def obvious(provider: BenchProvider) -> AsyncIterator[Subject]:
    port = free_port()
    command = daphne("tests.benchmarks.obvious:application", port)

    async def ask(marker: str, seen: Seen) -> None:
        seen.asked_at = monotonic()
        body = f"q {marker} x".encode()
        reader, writer, _ = await request(port, "POST", "/ask", body=body)
        await read_stream(reader, writer, seen, end=b"event: done")

    with ServerProcess(command, port, {"BENCH_PROVIDER_URL": provider.url}) as process:
        yield Subject("obvious design", process, ask)


@asynccontextmanager
async def oliver(
    provider: BenchProvider, **environment: str
) -> AsyncIterator[tuple[Subject, Oliver]]:
    site = Oliver(provider.url, environment=environment)
    site.prepare()

    async def ask(marker: str, seen: Seen) -> None:
        turn_id, seen.asked_at = await site.ask(marker)
        await site.follow(turn_id, seen)

    with site.server() as process:
        await site.sign_in()
        yield Subject("Oliver", process, ask), site
