"""The three servers that are compared, each with the same way to ask; and Oliver in two parts."""

import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Protocol

import pytest

from tests.benchmarks.oliver import Oliver
from tests.benchmarks.process import ROOT, ServerProcess, cpu_s, daphne, free_port
from tests.benchmarks.provider import BenchProvider
from tests.benchmarks.readers import Seen, read_stream, request
from tests.support.services import RedisServer


class Ask(Protocol):
    """Ask with a marker and read the answer to its end, into ``seen``."""

    async def __call__(self, marker: str, seen: Seen) -> None: ...


@dataclass
class Subject:
    """A running server and how to ask it."""

    name: str
    process: ServerProcess
    ask: Ask
    others: Mapping[str, Callable[[], float]] = field(default_factory=dict)  # their CPU seconds


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
    provider: BenchProvider, *, environment: dict[str, str] | None = None, root: Path = ROOT
) -> AsyncIterator[tuple[Subject, Oliver]]:
    site = Oliver(provider.url, environment=environment, root=root)
    try:
        site.prepare()
        with site.server() as process:
            await site.sign_in()
            yield Subject("Oliver", process, asking(site)), site
    finally:
        site.remove()


@asynccontextmanager
async def oliver_of_two(provider: BenchProvider) -> AsyncIterator[Subject]:
    """A web server, and a worker beside it: over Redis, as docs/operations.md has it for many."""
    with _redis() as redis:
        several = {"REDIS_URL": redis.url, "OLIVER_WORKER": "external"}
        async with oliver(provider, environment=several) as (subject, site):
            with site.worker() as worker:
                await site.writes()
                subject.others = {"worker": worker.cpu_s, "Redis": lambda: cpu_s(redis.pid)}
                yield subject


@contextmanager
def _redis() -> Iterator[RedisServer]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(RedisServer())
        except pytest.skip.Exception as missing:
            raise LookupError(str(missing)) from missing
        yield server


def asking(site: Oliver) -> Ask:
    async def ask(marker: str, seen: Seen) -> None:
        turn_id, seen.asked_at = await site.ask(marker)
        await site.follow(turn_id, seen)

    return ask
