"""TurnRunner: carries one claimed turn from the assistant to the event log and the database.

The answer is produced in its own task: a stop cancels only that task, and the runner still writes
the end. Every turn ends with exactly one terminal event.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Literal, assert_never

from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.event_log import EventLog, LogEnded, LogUnavailable
from chat.engine.worker import claims, ends
from chat.engine.worker.checkpoints import Checkpoint, SaveResult
from chat.engine.worker.turn_timing import TurnClock
from chat.kernel.answer import Answer, outcome_of
from chat.kernel.chunks import StreamChunk, done_chunk, error_chunk
from chat.kernel.database import patiently_in_database
from chat.kernel.errors import OliverError
from chat.kernel.outcomes import Outcome

logger = logging.getLogger(__name__)

#: Why a turn ends before its assistant does. ``lost``: another worker has the lease, so nothing
#: more is written; ``interrupted``: this process ends; ``unstorable``: the database rejects it.
_Ending = Literal["stopped", "interrupted", "lost", "unstorable"]


class TurnRunner:
    """Runs one turn under the lease of the worker ``owner``."""

    def __init__(
        self,
        turn_id: int,
        *,
        owner: str,
        assistant: StreamingOliverAssistant,
        log: EventLog,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        """``begun`` is called once, when the model is asked."""
        self.turn_id = turn_id
        self._begun: Callable[[], None] | None = begun
        self._owner = owner
        self._assistant = assistant
        self._log = log
        self._answer = Answer()
        self._seq = 0
        self.saved_seq = 0
        self._ending: _Ending | None = None
        self._production: asyncio.Task[StreamChunk] | None = None
        self._clock: TurnClock | None = None

    async def run(self) -> None:
        """Raises only ``CancelledError``; a failure becomes the turn's end."""
        await self._log.open(self.turn_id)
        work = await patiently_in_database(claims.load_work, self.turn_id)
        clock = self._clock = TurnClock(work.queued_at, work.started_at)
        self._production = asyncio.create_task(self._produce(work, clock))
        try:
            end = await self._end_of(self._production)
        finally:
            await _cancelled(self._production)
        if self._ending != "lost":
            await self._finish(end, clock)

    def stop(self) -> None:
        self._end_as("stopped")

    def interrupt(self) -> None:
        self._end_as("interrupted")

    def _end_as(self, ending: _Ending) -> None:
        """The first reason wins, except that ``lost`` always does: a lost turn is never written."""
        if self._ending is None or ending == "lost":
            self._ending = ending
        if self._production is not None:
            self._production.cancel()

    def checkpoint(self) -> Checkpoint:
        changed = self._seq > self.saved_seq
        state = self._answer.as_state_json() if changed else None
        stats = self._clock.as_columns() if self._clock else {}
        return Checkpoint(turn_id=self.turn_id, seq=self._seq, state=state, stats=stats)

    def saved(self, checkpoint: Checkpoint, result: SaveResult) -> None:
        self.saved_seq = checkpoint.seq
        if self._production is None or self._production.done():
            return  # its end is being saved, which also ends the lease
        if self.turn_id not in result.ours:
            logger.warning("Turn %s lost its lease; another worker has ended it", self.turn_id)
            self._end_as("lost")
        elif self.turn_id in result.unstorable:
            self._end_as("unstorable")
        elif self.turn_id in result.to_stop and self._ending is None:
            self.stop()

    async def _produce(self, work: claims.Work, clock: TurnClock) -> StreamChunk:
        """Append all chunks except the terminal one, and return that."""
        if work.stop_requested:
            self._ending = "stopped"
        if self._ending is not None:
            return _early_end(self._ending)
        chunks = self._assistant.stream_response(work.question, work.exchanges, work.analysis_type)
        async with aclosing(chunks):
            async for chunk in chunks:
                clock.see(chunk)
                if chunk.done:
                    return chunk
                await self._append(_timed(chunk, clock))
                if self._begun is not None and _asks(chunk):
                    self._begun()
                    self._begun = None
        raise AssertionError("the assistant ends every stream with a terminal chunk")

    async def _append(self, chunk: StreamChunk) -> None:
        # Text and number grow together, before we wait: a checkpoint may be taken meanwhile, and
        # the log finishes a write although a stop cancels us.
        self._answer.apply(chunk)
        self._seq += 1
        await self._log.append(self.turn_id, [chunk])

    async def _end_of(self, production: "asyncio.Task[StreamChunk]") -> StreamChunk:
        await asyncio.wait([production])
        if production.cancelled():
            if self._ending is None:
                raise asyncio.CancelledError
            return _early_end(self._ending)
        if isinstance(production.exception(), LogEnded):
            logger.warning("Turn %s was ended by another worker", self.turn_id)
            self._ending = "lost"
            return _early_end("lost")
        if failure := production.exception():
            logger.error("Turn %s failed unexpectedly", self.turn_id, exc_info=failure)
            return error_chunk(OliverError().as_stream_error())
        return production.result()

    async def _finish(self, end: StreamChunk, clock: TurnClock) -> None:
        """Save the end before readers get it: after "done" it must be in the database."""
        asked = self._assistant.describe() if self._begun is None else {}
        facts = {**asked, **end.metadata, "outcome": outcome_of(end), **clock.summary()}
        end = end.model_copy(update={"metadata": facts})
        self._answer.apply(end)
        self._say_why(end)
        try:
            await patiently_in_database(
                ends.save_end,
                self.turn_id,
                self._owner,
                answer=self._answer,
                seq=self._seq + 1,
                stats={**clock.as_columns(), "ended_at": clock.now(), **_columns_of(end)},
            )
        except Exception:
            logger.exception("The end of turn %s could not be stored", self.turn_id)
        try:
            await self._log.append(self.turn_id, [end])
        except (LogEnded, LogUnavailable):
            # Waiting readers check the database at their next keep-alive.
            logger.warning("The end of turn %s is not in the log", self.turn_id, exc_info=True)

    def _say_why(self, end: StreamChunk) -> None:
        """Log the cause for operators: readers get a message without hosts or certificates."""
        if end.error is not None and self._ending != "interrupted":
            logger.warning("Turn %s failed: %s. %s", self.turn_id, end.error.code, end.error.cause)


def _early_end(ending: _Ending) -> StreamChunk:
    match ending:
        case "stopped" | "lost":
            return done_chunk(outcome=Outcome.STOPPED)
        case "interrupted":
            return error_chunk(ends.interrupted_error(), outcome=Outcome.INTERRUPTED)
        case "unstorable":
            return error_chunk(OliverError().as_stream_error())
        case _:
            assert_never(ending)


def _asks(chunk: StreamChunk) -> bool:
    return chunk.metadata.get("stage") in ("model", "quote")


def _timed(chunk: StreamChunk, clock: TurnClock) -> StreamChunk:
    if chunk.type != "status":
        return chunk
    return chunk.model_copy(update={"metadata": {**chunk.metadata, "at_ms": clock.elapsed_ms()}})


def _columns_of(end: StreamChunk) -> dict[str, object]:
    names = ("model", "engine", "adapter", "tokens_in", "tokens_out")
    return {name: end.metadata[name] for name in names if name in end.metadata}


async def _cancelled(task: "asyncio.Task[StreamChunk]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(task, return_exceptions=True)
