"""TurnWorker: takes turns off the queue and runs them, many at once. One per process.

The doorbell only makes it look sooner; it also looks by itself. It says that it is alive, and
gives an end to turns whose worker is not.
"""

import asyncio
import contextvars
import logging
import os
import socket
import uuid
from collections.abc import Coroutine
from typing import Any

from django.utils import timezone

from chat.assistant.streaming import StreamingOliverAssistant
from chat.chunks import error_chunk
from chat.conf import conf
from chat.database import in_database
from chat.event_log import EventLog, LogEnded
from chat.models import WorkerHeartbeat
from chat.turns import records
from chat.turns.runner import TurnRunner

logger = logging.getLogger(__name__)


class TurnWorker:
    """Lives on one event loop, from ``start`` to ``aclose``."""

    def __init__(self, *, assistant: StreamingOliverAssistant, log: EventLog) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._assistant = assistant
        self._log = log
        self._runners: dict[int, TurnRunner] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._started_at = timezone.now()

    def start(self) -> None:
        """Begin to look at the queue. Call once, on the loop that the worker shall live on."""
        self._spawn(self._keep_looking())
        self._spawn(self._keep_saving())

    async def look(self) -> None:
        """Claim what is queued, as far as there is room, and run each turn in its own task."""
        async with self._claiming:
            room = conf().max_live_turns - len(self._runners)
            if room <= 0:
                return  # the end of a running turn looks again
            claimed = await in_database(
                records.claim_next, self.name, most=room, lease_s=conf().lease_s
            )
            for turn_id in claimed:
                self._run(turn_id)

    def stop_turn(self, turn_id: int) -> None:
        """Stop the turn if it runs here."""
        if runner := self._runners.get(turn_id):
            runner.stop()

    async def aclose(self) -> None:
        """Cancel everything. Turns that still run are given their end by the next look."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, turn_id: int) -> None:
        runner = TurnRunner(turn_id, owner=self.name, assistant=self._assistant, log=self._log)
        self._runners[turn_id] = runner
        self._spawn(self._run_to_end(runner))

    async def _run_to_end(self, runner: TurnRunner) -> None:
        try:
            await runner.run()
        except Exception:
            # Its lease will run out, and the turn gets its end as interrupted.
            logger.exception("The runner of turn %s broke", runner.turn_id)
        finally:
            del self._runners[runner.turn_id]
        await self.look()

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self._beat()
                await self._recover()
                await self.look()
            except Exception:
                logger.exception("The worker could not look at the queue")
            await asyncio.sleep(conf().queue_poll_s)

    async def _keep_saving(self) -> None:
        """Checkpoint all running turns and extend their leases, about once a second."""
        while True:
            await asyncio.sleep(conf().checkpoint_every_s)
            try:
                await self._save()
            except Exception:
                # Leases may outlast a short failure of the database; the text goes on in memory.
                logger.exception("The running turns could not be checkpointed")

    async def _save(self) -> None:
        runners = list(self._runners.values())
        if not runners:
            return
        checkpoints = [runner.checkpoint() for runner in runners]
        verdict = await in_database(
            records.save_checkpoints, self.name, checkpoints, lease_s=conf().lease_s
        )
        for runner, checkpoint in zip(runners, checkpoints, strict=True):
            runner.saved(checkpoint, verdict)

    async def _beat(self) -> None:
        await in_database(
            WorkerHeartbeat.objects.update_or_create,
            name=self.name,
            defaults={
                "started_at": self._started_at,
                "seen_at": timezone.now(),
                "live_turns": len(self._runners),
            },
        )

    async def _recover(self) -> None:
        """End the turns of dead workers, and tell the readers that wait for them here."""
        for turn_id in await in_database(records.interrupt_lost, timezone.now()):
            logger.warning("Turn %s lost its worker; it is marked as interrupted", turn_id)
            await self._log.open(turn_id)
            end = error_chunk(records.interrupted_error(), outcome="interrupted")
            try:
                await self._log.append(turn_id, [end])
            except LogEnded:
                logger.debug("Turn %s had ended in the log already", turn_id)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        # A fresh context: a request's context would leak its database connection to the task.
        loop = asyncio.get_running_loop()
        task = loop.create_task(coroutine, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
