"""How long pages take: a long conversation against a short one, the list, the search."""

import hashlib
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

import pytest

from tests.benchmarks.filling import library_words
from tests.benchmarks.measures import percentile
from tests.benchmarks.oliver import Oliver
from tests.benchmarks.process import ROOT, ServerProcess
from tests.support.services import PostgresServer

_WARM_UP = 5


@dataclass(frozen=True)
class Asked:
    """So many requests to one kind of page, one after the other."""

    p50_ms: float
    p95_ms: float
    cpu_ms: float  # of the server, each


def fill(site: Oliver, what: str, number: int) -> str:
    """See ``filling``; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.filling", what, str(number)],
        cwd=ROOT,
        env={**os.environ, **site.environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


async def asked(
    site: Oliver, server: ServerProcess, paths: Iterable[str], *, htmx: bool = False
) -> Asked:
    """The server's CPU has a resolution of 10 ms in all: ask often enough."""
    paths = list(paths)
    for path in paths[:_WARM_UP]:
        await site.get(path, htmx=htmx)
    took_ms, cpu_s = [], server.cpu_s()
    for path in paths:
        began = perf_counter()
        await site.get(path, htmx=htmx)
        took_ms.append((perf_counter() - began) * 1000)
    cpu_ms = (server.cpu_s() - cpu_s) * 1000 / len(paths)
    return Asked(percentile(took_ms, 0.5), percentile(took_ms, 0.95), cpu_ms)


async def long_against_short(
    site: Oliver, server: ServerProcess, *, rounds: int
) -> tuple[Asked, Asked]:
    """The pages of a conversation of 1,000 turns and of one of 10, asked for by turns."""
    long, short = (f"/conversations/{fill(site, 'turns', number)}/" for number in (1000, 10))
    return (
        await asked(site, server, [long] * rounds),
        await asked(site, server, [short] * rounds),
    )


@asynccontextmanager
async def million(database: str) -> AsyncIterator[tuple[Oliver, ServerProcess]]:
    """A server over 1,000,000 messages in 50,000 conversations. They are made once a machine, for
    each state of what makes them, in the directory for temporary files."""
    folder = Path(tempfile.gettempdir()) / f"oliver-bench-{database}-{_state()}"
    folder.mkdir(exist_ok=True)
    with _database(database, folder) as url:
        site = Oliver("http://127.0.0.1:9/v1", data_dir=folder, database_url=url)
        site.prepare()
        if not (folder / "filled").exists():
            print(f"  making 1,000,000 messages for {database}, once", flush=True)
            fill(site, "messages", 1_000_000)
            (folder / "filled").touch()
        with site.server() as server:
            await site.sign_in()
            yield site, server


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    """Its address; empty for the file in the data directory."""
    if name == "sqlite":
        yield ""
        return
    try:
        server = PostgresServer(folder)
    except pytest.skip.Exception as missing:
        raise RuntimeError(str(missing)) from missing
    with server:
        yield server.url


def _state() -> str:
    """Changes with the tables, the search index and the texts."""
    of = (
        "chat/migrations",
        "chat/conversations/search",
        "chat/kernel/search_words.py",
        "tests/benchmarks/filling.py",
    )
    paths = [path for name in of for path in (ROOT / name, *sorted((ROOT / name).glob("*.py")))]
    files = [path.read_bytes() for path in paths if path.is_file()]
    return hashlib.sha256(b"".join(files)).hexdigest()[:12]


def list_paths(number: int) -> list[str]:
    return ["/conversations/"] * number


def search_paths(number: int) -> list[str]:
    """What people type: mostly a word, sometimes two, sometimes one that is not finished. As common
    as in the texts, so that a word of every second message is among them."""
    choice, words = random.Random(3), [word.strip(".,;:") for word in library_words()]
    words = [word for word in words if len(word) > 3]
    finds = []
    for at in range(number):
        find = choice.choice(words)
        if at % 4 == 1:
            find += f" {choice.choice(words)}"
        elif at % 4 == 3:
            find = find[: choice.randint(3, 5)]
        finds.append(f"/conversations/?{urlencode({'find': find})}")
    return finds
