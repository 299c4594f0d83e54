"""TurnWorker: takes turns off the queue and runs them, many at once. One per process.

The doorbell only makes it look sooner; it also looks by itself. It says that it is alive, and
gives an end to turns whose worker is not.
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
from typing import Any

from django.db import DatabaseError

from chat.conversations.auto_titles import generate_title
from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.event_log import EventLog
from chat.engine.worker import records
from chat.engine.worker.housekeeping import tidy
from chat.engine.worker.models import WorkerHeartbeat
from chat.engine.worker.recovery import end_lost_turns
from chat.engine.worker.runner import TurnRunner
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)

#: After the database was away: living workers save, and so extend their leases, once a second.
_OTHERS_FIRST_S = 4.0
#: So many turns begin at once, up to the question to the model: what takes most of their CPU. The
#: others wait in the queue, oldest first, and other workers may have them. All at once would get
#: their first words late together.
_MOST_BEGINNING = 8
#: More than any worker begins while the database is away.
_MOST_BEGUN = 1_000

#: A database that is slow is not asked without a pause.
_LEAST_PAUSE_SHARE = 3

#: For the ends of interrupted turns to be stored and told.
_LAST_WORDS_S = 5.0
#: Not while a process starts, and then now and again.
_FIRST_TIDY_S, _TIDY_EVERY_S = 60.0, 3600.0

#: Long answers take a while to serialise; all in one go, 400 of them would hold back every stream
#: for 30 ms and more.
_CHECKPOINTS_AT_ONCE = 5
#: Of so many answers is a whole copy in memory at a time, and so many share a transaction.
_SAVED_AT_ONCE = 40


class TurnWorker:
    """Lives on one event loop, from ``start`` to ``aclose``."""

    def __init__(
        self,
        *,
        assistant: StreamingOliverAssistant,
        log: EventLog,
        warm_up: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """``warm_up`` is awaited once after the start: what else the first question would pay."""
        self.name = _fresh_name()
        self._assistant = assistant
        self._warm_up = warm_up
        self._log = log
        self._runners: dict[int, TurnRunner] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()  # those of the tasks that run a turn
        self._claiming = asyncio.Lock()
        self._beginning: set[int] = set()
        self._look_waits = False
        self._left_some = False  # whether the last look may have left turns in the queue
        self._draining = False
        self._begun: deque[int] = deque(maxlen=_MOST_BEGUN)  # never to be run again
        self._unsure = False  # whether turns may be ours without our knowing
        self._recovers_from = 0.0  # monotonic seconds

    def start(self) -> None:
        """Begin to look at the queue. Call once, on the loop that the worker shall live on."""
        self._spawn(self._keep_looking())
        self._spawn(self._keep_recovering())
        self._spawn(self._keep_saving())
        self._spawn(self._keep_tidy())
        self._spawn(self._warm())

    async def look(self) -> None:
        """Claim what is queued, as far as there is room, and run each turn in its own task.

        One look waits at most: it sees what all that come meanwhile would see. Measured under load:
        otherwise they line up, one for each question and each end, with all that these hold.
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
                return  # a turn that has begun, or ended, looks again
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
                records.claim_next, self.name, most=most, lease_s=conf().lease_s
            )
        except DatabaseError:
            self._unsure = True  # the database may have done it, and died before it said so
            raise

    def stop_turn(self, turn_id: int) -> None:
        """Stop the turn if it runs here."""
        if runner := self._runners.get(turn_id):
            runner.stop()

    async def drain(self, *, grace_s: float) -> None:
        """Claim nothing more; give running turns ``grace_s`` to end, and interrupt the rest."""
        async with self._claiming:
            self._draining = True
        await self._idle(within_s=grace_s)
        for runner in list(self._runners.values()):
            runner.interrupt()
        await self._idle(within_s=_LAST_WORDS_S)
        await self.aclose()
        # Health need not wait until the last beat is old.
        await in_database(WorkerHeartbeat.objects.filter(name=self.name).delete)

    async def _idle(self, *, within_s: float) -> None:
        """Wait until no turn runs here, or the time is over."""
        end = monotonic() + within_s
        while self._running and monotonic() < end:
            await asyncio.wait(set(self._running), timeout=end - monotonic())

    async def aclose(self) -> None:
        """Cancel everything. Turns that still run are given their end by the next look."""
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
            # Its lease will run out, and the turn gets its end as interrupted.
            logger.exception("The runner of turn %s broke", runner.turn_id)
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
        """Apart from the queue, which must not wait for the log of a lost turn."""
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

        The time of a save counts: what is lost at most is a pause and the save after it.
        """
        every_s = conf().checkpoint_every_s
        while True:
            began = monotonic()
            try:
                await self._save()
            except Exception:
                # Leases may outlast a short failure of the database; the text goes on in memory.
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
                logger.exception("What nobody needs any more could not be removed")
            pause_s = _TIDY_EVERY_S

    async def _save(self) -> None:
        runners = list(self._runners.values())
        for at in range(0, len(runners), _SAVED_AT_ONCE):
            await self._save_those(runners[at : at + _SAVED_AT_ONCE])

    async def _save_those(self, runners: list[TurnRunner]) -> None:
        checkpoints = []
        for runner in runners:
            checkpoints.append(_checkpoint_of(runner))
            if len(checkpoints) % _CHECKPOINTS_AT_ONCE == 0:
                await asyncio.sleep(0)
        verdict = await in_database(
            records.save_checkpoints, self.name, checkpoints, lease_s=conf().lease_s
        )
        for runner, checkpoint in zip(runners, checkpoints, strict=True):
            runner.saved(checkpoint, verdict)

    async def _beat(self) -> None:
        await in_database(WorkerHeartbeat.objects.beat, self.name, live_turns=len(self._runners))

    async def _adopt(self) -> None:
        """Run what was claimed in our name without our hearing of it. Else its lease runs out."""
        if not self._unsure:
            return
        async with self._claiming:
            unheard = await in_database(
                records.claimed_unheard, self.name, begun=list(self._begun), lease_s=conf().lease_s
            )
            for turn_id in unheard:
                self._run(turn_id)
            self._unsure = False

    async def _recover(self) -> None:
        """End the turns of dead workers, unless leases ran out while nobody could extend them."""
        if monotonic() >= self._recovers_from:
            await end_lost_turns(self._log, running=self._runners)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = begin(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _checkpoint_of(runner: TurnRunner) -> records.Checkpoint:
    """One that extends the lease at least: an answer that cannot be told ends by itself."""
    try:
        return runner.checkpoint()
    except Exception:
        logger.exception("Turn %s has no checkpoint", runner.turn_id)
        return records.Checkpoint(turn_id=runner.turn_id, seq=runner.saved_seq, state=None)


def _fresh_name() -> str:
    """Unique, and fit for a channel's name: ``web-1-4711-1f0c8a2e``."""
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:50]
    return f"{host}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
