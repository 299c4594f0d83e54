"""TurnWorker: claims queued turns and runs many at once. One per process.

A doorbell triggers an early look at the queue; the worker also polls. It writes heartbeats and ends
turns whose worker was lost.
"""

import asyncio
import logging
import os
import re
import socket
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic

from django.db import DatabaseError

from chat.conversations.auto_titles import generate_title
from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.event_log import EventLog
from chat.engine.worker import claims
from chat.engine.worker.housekeeping import tidy
from chat.engine.worker.models import WorkerHeartbeat
from chat.engine.worker.recovery import end_lost_turns
from chat.engine.worker.runner import TurnRunner
from chat.engine.worker.saving import save_all
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)

#: After an outage of the database: live workers save, and so extend their leases, every second.
_OTHERS_FIRST_S = 4.0
#: How many turns may be in their CPU-heavy phase, before asking the model. The others stay queued,
#: oldest first, for any worker. Starting all at once would delay every first word.
_MOST_BEGINNING = 8
#: More than any worker begins during an outage of the database.
_MOST_BEGUN = 1_000

#: Pause between looks while the database is slow.
_LEAST_PAUSE_SHARE = 3

#: Time to save and send the ends of interrupted turns.
_LAST_WORDS_S = 5.0
#: After the start, and then periodically.
_FIRST_TIDY_S, _TIDY_EVERY_S = 60.0, 3600.0


class TurnWorker:
    """Belongs to one event loop, from ``start`` to ``aclose``."""

    def __init__(
        self,
        *,
        assistant: StreamingOliverAssistant,
        log: EventLog,
        warm_up: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """``warm_up`` is awaited once after the start, to spare the first question its cost."""
        self.name = _fresh_name()
        self._assistant = assistant
        self._warm_up = warm_up
        self._log = log
        self._runners: dict[int, TurnRunner] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()  # tasks that run a turn
        self._claiming = asyncio.Lock()
        self._beginning: set[int] = set()
        self._look_waits = False
        self._left_some = False  # the last look may have left queued turns
        self._draining = False
        self._begun: deque[int] = deque(maxlen=_MOST_BEGUN)  # never run these again
        self._unsure = False  # turns may be ours without our knowing
        self._recovers_from = 0.0  # monotonic seconds

    def start(self) -> None:
        self._spawn(self._keep_looking())
        self._spawn(self._keep_recovering())
        self._spawn(self._keep_saving())
        self._spawn(self._keep_tidy())
        self._spawn(self._warm())

    async def look(self) -> None:
        """Claim as many queued turns as there is room for, and run each in its own task.

        At most one look waits and covers all requests that arrive meanwhile. Otherwise looks pile
        up under load, one for each question and each end.
        """
        if self._look_waits:
            return
        self._look_waits = True
        try:
            await self._claiming.acquire()
        finally:
            self._look_waits = False
        try:
            room = self._room()
            self._left_some = room <= 0
            if room <= 0 or self._draining:
                return  # a turn that begins or ends looks again
            claimed = await self._claim(most=room)
            self._left_some = len(claimed) == room
            for turn_id in claimed:
                self._run(turn_id)
        finally:
            self._claiming.release()

    def _room(self) -> int:
        free = conf().max_live_turns - len(self._runners)
        return min(free, _MOST_BEGINNING - len(self._beginning))

    async def _look_for_more(self) -> None:
        if self._left_some:
            await self.look()

    async def _claim(self, *, most: int) -> list[int]:
        try:
            return await in_database(
                claims.claim_next, self.name, most=most, lease_s=conf().lease_s
            )
        except DatabaseError:
            self._unsure = True  # the claim may still have been committed
            raise

    def stop_turn(self, turn_id: int) -> None:
        """Does nothing if the turn does not run here."""
        if runner := self._runners.get(turn_id):
            runner.stop()

    async def drain(self, *, grace_s: float) -> None:
        """Claim no more; interrupt turns that are still running after ``grace_s``."""
        async with self._claiming:
            self._draining = True
        await self._idle(within_s=grace_s)
        for runner in list(self._runners.values()):
            runner.interrupt()
        await self._idle(within_s=_LAST_WORDS_S)
        await self.aclose()
        # Spares health the wait for the last heartbeat to expire.
        await in_database(WorkerHeartbeat.objects.filter(name=self.name).delete)

    async def _idle(self, *, within_s: float) -> None:
        end = monotonic() + within_s
        while self._running and monotonic() < end:
            await asyncio.wait(set(self._running), timeout=end - monotonic())

    async def aclose(self) -> None:
        """Cancel everything. The next look of any worker recovers the turns."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, turn_id: int) -> None:
        runner = TurnRunner(
            turn_id,
            owner=self.name,
            assistant=self._assistant,
            log=self._log,
            begun=lambda: self._has_begun(turn_id),
        )
        self._runners[turn_id] = runner
        self._beginning.add(turn_id)
        self._begun.append(turn_id)
        task = self._spawn(self._run_to_end(runner))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _has_begun(self, turn_id: int) -> None:
        self._beginning.discard(turn_id)
        if self._left_some:
            self._spawn(self.look())

    async def _run_to_end(self, runner: TurnRunner) -> None:
        try:
            await runner.run()
        except Exception:
            # Its lease will expire, and recovery will interrupt it.
            logger.exception("The runner of turn %s failed", runner.turn_id)
        finally:
            del self._runners[runner.turn_id]
            self._beginning.discard(runner.turn_id)
        self._spawn(generate_title(runner.turn_id, self._assistant.title))
        await self._look_for_more()

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self._beat()
                await self._adopt()
                await self.look()
            except Exception:
                self._recovers_from = monotonic() + _OTHERS_FIRST_S
                logger.exception("The worker could not look at the queue")
            await asyncio.sleep(conf().queue_poll_s)

    async def _keep_recovering(self) -> None:
        """Separate from the queue, which must not wait for a lost turn's log."""
        while True:
            try:
                await self._recover()
            except Exception:
                self._recovers_from = monotonic() + _OTHERS_FIRST_S
                logger.exception("The worker could not look for lost turns")
            await asyncio.sleep(conf().queue_poll_s)

    async def _warm(self) -> None:
        if self._warm_up is not None:
            await self._warm_up()

    async def _keep_saving(self) -> None:
        """Checkpoint all running turns and extend their leases, more than once a second.

        The pause includes the time of the save: a crash loses at most one pause and one save.
        """
        every_s = conf().checkpoint_every_s
        while True:
            began = monotonic()
            try:
                await save_all(self.name, list(self._runners.values()))
            except Exception:
                # Leases may outlast a short outage; the text keeps growing in memory.
                logger.exception("The running turns could not be checkpointed")
            took_s = monotonic() - began
            await asyncio.sleep(max(every_s - took_s, every_s / _LEAST_PAUSE_SHARE))

    async def _keep_tidy(self) -> None:
        pause_s = _FIRST_TIDY_S
        while True:
            await asyncio.sleep(pause_s)
            try:
                await in_database(tidy)
            except Exception:
                logger.exception("Expired rows could not be deleted")
            pause_s = _TIDY_EVERY_S

    async def _beat(self) -> None:
        await in_database(WorkerHeartbeat.objects.beat, self.name, live_turns=len(self._runners))

    async def _adopt(self) -> None:
        """Run turns claimed for us without our knowing, before their leases expire."""
        if not self._unsure:
            return
        async with self._claiming:
            unheard = await in_database(
                claims.claimed_unheard, self.name, begun=list(self._begun), lease_s=conf().lease_s
            )
            for turn_id in unheard:
                self._run(turn_id)
            self._unsure = False

    async def _recover(self) -> None:
        """End turns of dead workers, unless leases expired while the database was away."""
        if monotonic() >= self._recovers_from:
            await end_lost_turns(self._log, running=self._runners)

    def _spawn(self, coroutine: Coroutine[object, None, None]) -> "asyncio.Task[None]":
        task = begin(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _fresh_name() -> str:
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:50]
    return f"{host}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
