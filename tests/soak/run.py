"""``make soak``: TURNS (10,000) short answers by one server, and then by two servers and workers.

Prints a table for each process; the exit code is 1 when something grew or a turn did not end well.
``SITE=one`` or ``SITE=many`` runs one of the two.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp

from tests.benchmarks.provider import BenchProvider, Pace
from tests.browser.server import OliverServer
from tests.soak.samples import Sample, growth, sample
from tests.support.cluster import Cluster

_AT_ONCE = 12
_ROWS = 10
#: Before each look: ends are still being stored, and logs of ended turns go after ten seconds.
_REST_S = 5.0
_PACE = Pace(tokens=12, tokens_per_s=100.0)
_HERE = Path(__file__).resolve().parent


@dataclass
class Site:
    """A running site: where to ask, and the processes to look at."""

    urls: list[str]
    token: str
    pids: dict[str, int]


@contextmanager
def one(folder: Path, environment: dict[str, str]) -> Iterator[Site]:
    """``make run``: a server with its own worker, SQLite, everything else in memory."""
    place = folder / "one"
    place.mkdir()
    with OliverServer(place, **environment) as server:
        token = server.manage("create_api_token", "admin").split()[-1]
        yield Site([server.url], token, {"server": server.pid})


@contextmanager
def many(folder: Path, environment: dict[str, str]) -> Iterator[Site]:
    """Two web servers, two workers, Redis and PostgreSQL."""
    place = folder / "many"
    place.mkdir()
    with Cluster(place, redis=None, **environment) as cluster:
        pids = {f"web {number}": web.pid for number, web in enumerate(cluster.webs)}
        pids |= {f"worker {number}": worker.pid for number, worker in enumerate(cluster.workers)}
        yield Site([web.url for web in cluster.webs], cluster.token, pids)


async def soak(site: Site, place: Path, *, turns: int) -> list[str]:
    """Ask and look by turns; returns what is wrong."""
    rows: list[dict[str, Sample]] = []
    began, number, bad = monotonic(), 0, []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        while number < turns:
            some = range(number, min(number + max(1, turns // _ROWS), turns))
            bad += await _ask_all(http, site, some)
            number = some.stop
            await asyncio.sleep(_REST_S)
            rows.append({name: sample(pid, place=place) for name, pid in site.pids.items()})
            _print_row(number, monotonic() - began, rows[-1])
    early = rows[len(rows) // 4]
    grown = [
        f"{name}: {each}" for name in site.pids for each in growth(early[name], rows[-1][name])
    ]
    return [*grown, *bad[:5]]


async def _ask_all(http: aiohttp.ClientSession, site: Site, numbers: range) -> list[str]:
    """Returns what ended otherwise than done."""
    left, bad = iter(numbers), []

    async def ask_some() -> None:
        for number in left:
            outcome = await _ask(http, site, number)
            if outcome != "done":
                bad.append(f"turn {number} ended as {outcome}")

    await asyncio.gather(*(ask_some() for _ in range(_AT_ONCE)))
    return bad


async def _ask(http: aiohttp.ClientSession, site: Site, number: int) -> str:
    question = f"how long do we have to report a suspicious transaction bench-{number} x"
    body: dict[str, Any] = {"messages": [{"content": question, "sender": "user"}]}
    url = f"{site.urls[number % len(site.urls)]}/api/chat/stream"
    headers = {"Authorization": f"Bearer {site.token}"}
    async with http.post(url, json=body, headers=headers) as answer:
        text = await answer.text()
    return "done" if '"type":"done"' in text else f"{answer.status}: {text[-200:]}"


def _print_row(number: int, passed_s: float, row: dict[str, Sample]) -> None:
    cells = "".join(
        f" | {name}: {s.rss_mib:4.0f} MiB {s.tasks:3} tasks {s.descriptors:3} fds {s.threads:2} thr"
        for name, s in row.items()
    )
    print(f"{number:6} turns {number / passed_s:5.1f}/s{cells}", flush=True)


async def _run(folder: Path, *, turns: int, sites: list[str]) -> list[str]:
    faults = []
    async with BenchProvider() as provider:
        provider.pace = _PACE
        environment = {
            "OLIVER_MODEL": "openai/soak",
            "OLIVER_API_BASE": provider.url,
            "OLIVER_API_KEY": "sk-test",
            "DJANGO_SETTINGS_MODULE": "tests.soak.settings",
            "PYTHONPATH": str(_HERE / "sampling"),
            "SOAK_SAMPLES": str(folder),
        }
        for name in sites:
            manager = {"one": one, "many": many}[name](folder, environment)
            site = await asyncio.to_thread(manager.__enter__)
            try:
                print(f"--- {name}: {turns} turns, {_AT_ONCE} at once", flush=True)
                faults += [f"{name}: {fault}" for fault in await soak(site, folder, turns=turns)]
            finally:
                await asyncio.to_thread(manager.__exit__, None, None, None)
            provider.answers.clear()
    return faults


def main() -> int:
    turns = int(os.environ.get("TURNS") or 10_000)
    sites = [os.environ["SITE"]] if os.environ.get("SITE") else ["one", "many"]
    with tempfile.TemporaryDirectory(prefix="oliver-soak-") as folder:
        faults = asyncio.run(_run(Path(folder), turns=turns, sites=sites))
    print("\n".join(["flat" if not faults else "NOT flat:", *(f"  ! {fault}" for fault in faults)]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
