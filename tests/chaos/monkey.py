"""The monkey: kills what a site is made of, one after another, and brings it back.

Its plan is drawn from the seed before the run. Redis keeps its log at every other kill, as
deployed, with its file; at the others it loses it. What ends by itself meanwhile is started again,
as systemd or a container's engine would.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from time import monotonic

from tests.chaos.journal import Journal
from tests.support.cluster import Cluster, Worker

_VICTIMS = ("web 0", "web 1", "worker 0", "worker 1", "redis", "redis, its log lost", "postgres")
_PAUSE_S = (0.5, 2.5)
_DOWN_S = (0.1, 2.5)
_COMES_BACK_WITHIN_S = 300.0
_LOOK_EVERY_S = 0.1


class Monkey:
    """``await monkey.rage()`` in a task, then ``await monkey.calm()``."""

    def __init__(self, cluster: Cluster, journal: Journal, random: Random) -> None:
        self._cluster = cluster
        self._journal = journal
        self._random = random
        self._enough = asyncio.Event()
        self.kills: Counter[str] = Counter()
        self.self_ended: Counter[str] = Counter()

    async def rage(self) -> None:
        watch = asyncio.create_task(self._restart_what_ends())
        try:
            for victim in self._victims():
                if await self._is_enough_within(self._random.uniform(*_PAUSE_S)):
                    return
                await self._until_up(victim)
                await self._strike(victim, down_s=self._random.uniform(*_DOWN_S))
        finally:
            watch.cancel()

    def has_enough(self) -> None:
        """No more kills: ``rage`` ends soon."""
        self._enough.set()

    async def calm(self) -> None:
        """Returns when everything is up."""
        for victim in _VICTIMS:
            await self._until_up(victim)

    async def _is_enough_within(self, wait_s: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._enough.wait(), wait_s)
        return self._enough.is_set()

    def _victims(self) -> Iterator[str]:
        """All of them, in another order each time."""
        while True:
            yield from self._random.sample(_VICTIMS, len(_VICTIMS))

    async def _strike(self, victim: str, *, down_s: float) -> None:
        self.kills[victim] += 1
        kind, _, number = victim.partition(" ")
        match kind:
            case "web":
                web = self._cluster.webs[int(number)]
                await asyncio.to_thread(web.kill)
                await asyncio.sleep(down_s)
                web.begin()
            case "worker":
                worker = self._cluster.workers[int(number)]
                self._journal.died(worker.pid)
                await asyncio.to_thread(worker.kill)
                await asyncio.sleep(down_s)
                self._replace(int(number))
            case "postgres":
                with self._journal.away("postgres"):
                    await asyncio.to_thread(self._cluster.postgres.crash)
                    await asyncio.sleep(down_s)
                    await asyncio.to_thread(self._cluster.postgres.start)
            case _:
                with self._journal.away("redis"):
                    await asyncio.to_thread(self._cluster.redis.kill)
                    if "lost" in victim:
                        self._cluster.redis.forget()
                    await asyncio.sleep(down_s)
                    await asyncio.to_thread(self._cluster.redis.start)

    async def _restart_what_ends(self) -> None:
        while True:
            await asyncio.sleep(1)
            self._revive()

    def _revive(self) -> None:
        for number, web in enumerate(self._cluster.webs):
            if web.ended:
                self.self_ended[f"web {number}"] += 1
                web.begin()
        for number, worker in enumerate(self._cluster.workers):
            if worker.ended:
                self.self_ended[f"worker {number}"] += 1
                self._journal.died(worker.pid)
                self._replace(number)

    def _replace(self, number: int) -> None:
        self._cluster.workers[number] = self._cluster.new_worker()

    async def _until_up(self, victim: str) -> None:
        end = monotonic() + _COMES_BACK_WITHIN_S
        while not self._is_up(victim):
            assert monotonic() < end, f"{victim} does not come back"
            await asyncio.sleep(_LOOK_EVERY_S)

    def _is_up(self, victim: str) -> bool:
        match victim.partition(" ")[0]:
            # Both of a kind: a site that is down for long tells nothing new.
            case "web":
                return all(_listens(web.port) for web in self._cluster.webs)
            case "worker":
                return all(_is_ready(worker) for worker in self._cluster.workers)
        return True  # services are awaited when they are started


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _is_ready(worker: Worker) -> bool:
    return "is ready" in worker.log.read_text()
