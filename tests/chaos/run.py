"""``make chaos``: TURNS questions (100) while everything is killed, drawn from SEED.

Prints progress, then a table; the exit code is 1 when a target is missed. ``KEEP=1`` leaves the
folder with the logs of all processes.
"""

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

import aiohttp

from tests.chaos.asking import ask_and_read
from tests.chaos.journal import Asked, Journal
from tests.chaos.judge import MOST_LOST_S, Judge, Verdict
from tests.chaos.monkey import Monkey
from tests.chaos.provider import ChaosProvider
from tests.chaos.readers import Access
from tests.support.cluster import Cluster, signed_in
from tests.support.services import RedisServer

_AT_ONCE = 8
_PROGRESS_EVERY_S = 5.0
#: With kills and all. When nothing moves any more, no further kill would tell us more.
_TURN_TAKES_S, _RAGES_ON_S = 10.0, 30.0
#: After the last process is up again: the lease of a dead worker (12 s), a look at the queue every
#: 2 s, the turns that still waited, a keep-alive (15 s), and a busy machine.
_ENDS_WITHIN_S = 90.0


@dataclass(frozen=True)
class Report:
    """A run and what the judge says of it."""

    seed: int
    turns: int
    took_s: float
    kills: dict[str, int]
    self_ended: dict[str, int]
    verdict: Verdict

    def __str__(self) -> str:
        verdict = self.verdict
        targets = [
            ("turns lost", len(verdict.lost), 0),
            ("turns run twice", len(verdict.run_twice), 0),
            ("turns stuck", len(verdict.stuck), 0),
            ("turns failed, or interrupted without cause", len(verdict.failed), 0),
            ("streams that did not end", len(verdict.open_streams), 0),
            ("final texts or pages that differ", len(verdict.differing), 0),
            ("requests refused", len(verdict.refused), 0),
            ("most text lost, seconds", round(verdict.most_lost_text_s, 2), MOST_LOST_S),
        ]
        lines = [
            f"seed {self.seed}: {self.turns} turns in {self.took_s:.0f} s,"
            f" {sum(self.kills.values())} kills {self.kills}",
            f"outcomes {dict(verdict.outcomes)}; ended by themselves {self.self_ended}",
            *(f"  {name:<45}{value:>8}   target {most}" for name, value, most in targets),
            *(f"  ! {fault}" for fault in verdict.faults),
        ]
        return "\n".join(lines)


async def chaos(*, turns: int, seed: int, folder: Path, site: ExitStack) -> Report:
    """A run on a site of its own, which stands until the caller closes ``site``: by then the event
    loop and the threads of the monkey, who starts what has ended, are no more.
    """
    began = monotonic()
    async with ChaosProvider() as provider:
        cluster = _cluster(folder, provider.url)
        await asyncio.to_thread(site.enter_context, cluster)
        _say(began, f"seed {seed}: everything is up")
        return await chaos_on(cluster, provider, turns=turns, seed=seed)


async def chaos_on(
    cluster: Cluster, provider: ChaosProvider, *, turns: int, seed: int, at_once: int = _AT_ONCE
) -> Report:
    """A run on a site that is up, and is up again at the end. ``at_once`` questions are answered
    at the same time.
    """
    random, began = Random(seed), monotonic()
    async with _http() as http:
        access = await asyncio.to_thread(_access, cluster, http)
        journal = Journal()
        monkey = Monkey(cluster, journal, Random(random.random()))
        progress = asyncio.create_task(_progress(journal, monkey, began))
        await _storm(access, journal, monkey, random, turns=turns, at_once=at_once)
        progress.cancel()
        _say(began, "all is up again; the judge looks")
        verdict = await Judge(journal, provider, access, cluster.postgres.url).verdict()
    took_s = monotonic() - began
    return Report(seed, turns, took_s, dict(monkey.kills), dict(monkey.self_ended), verdict)


async def _storm(
    access: Access, journal: Journal, monkey: Monkey, random: Random, *, turns: int, at_once: int
) -> None:
    """Questions and kills, until all answers have been read."""
    raging = asyncio.create_task(monkey.rage())
    places = asyncio.Semaphore(at_once)

    async def turn(number: int, own: Random) -> None:
        async with places:
            asked = Asked(f"chaos-{number}")
            journal.asked.append(asked)
            await ask_and_read(access, asked, own)

    tasks = [asyncio.create_task(turn(n, Random(random.random()))) for n in range(turns)]
    await asyncio.wait(tasks, timeout=turns * _TURN_TAKES_S / at_once + _RAGES_ON_S)
    monkey.has_enough()
    await raging  # what it has just killed it also brings back
    await monkey.calm()
    _, open_tasks = await asyncio.wait(tasks, timeout=_ENDS_WITHIN_S)
    for task in open_tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _cluster(folder: Path, provider_url: str) -> Cluster:
    return Cluster(
        folder,
        redis=RedisServer(keeps=True),
        OLIVER_MODEL="openai/chaos",
        OLIVER_API_BASE=provider_url,
        OLIVER_API_KEY="sk-test",
    )


def _http() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30),
    )


def _access(cluster: Cluster, http: aiohttp.ClientSession) -> Access:
    """Sign in once, before anything is killed."""
    urls = [web.url for web in cluster.webs]
    with signed_in(urls[0]) as browser:
        return Access(urls, http, cluster.token, dict(browser.cookies))


async def _progress(journal: Journal, monkey: Monkey, began: float) -> None:
    while True:
        await asyncio.sleep(_PROGRESS_EVERY_S)
        ended = sum(
            bool(asked.readings) and all(r.ended for r in asked.readings) for asked in journal.asked
        )
        _say(began, f"asked {len(journal.asked)}, read to the end {ended}, {dict(monkey.kills)}")


def _say(began: float, words: str) -> None:
    print(f"{monotonic() - began:5.0f} s  {words}", flush=True)


def main() -> int:
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    turns = int(os.environ.get("TURNS") or 100)
    folder = Path(tempfile.mkdtemp(prefix="oliver-chaos-"))
    print(f"SEED={seed} TURNS={turns}; logs in {folder}", flush=True)
    with ExitStack() as site:
        report = asyncio.run(chaos(turns=turns, seed=seed, folder=folder, site=site))
    print(report)
    if not report.verdict.faults and not os.environ.get("KEEP"):
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if report.verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
