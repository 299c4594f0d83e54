"""Writing to Redis: one task per process sends the writes of all turns in one pipeline.

The next pipeline gathers while one is in flight, so round trips do not grow with the number of
turns. A submitted write completes even if its caller is cancelled.

While Redis is away only the write of an end is waited for: the worker goes on reading its provider,
and its checkpoints hold what readers cannot see yet. ``failure_of`` tells of later failures.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from redis.exceptions import ResponseError

from chat.engine.event_log import redis_entries as entries
from chat.engine.event_log.base import LogEnded
from chat.engine.event_log.redis_connection import AWAY, RedisLink, ended
from chat.kernel.chunks import StreamChunk
from chat.kernel.tasks import begin

#: If the log cannot be written for this long, its turns fail; the database keeps their text.
PATIENCE_S = 60.0
#: Pending writes whose callers do not wait, of all turns: about 10 MB.
_MOST_WAITING = 10_000


@dataclass(frozen=True)
class Write:
    """Chunks of one turn; the first has number ``seq``."""

    turn_id: int
    seq: int
    chunks: tuple[StreamChunk, ...]
    fields: tuple[dict[str, str], ...]  # one entry per chunk
    written: "asyncio.Future[None]"


class RedisWriter:
    def __init__(self, link: RedisLink, *, retention_s: float) -> None:
        self._link = link
        self._retention_s = retention_s
        link.on_away = self._let_all_go
        self._waiting: list[Write] = []
        self._on_their_way: list[Write] = []
        self._failures: dict[int, Exception] = {}  # by turn: those no caller waited for
        self._task: asyncio.Task[None] | None = None

    def write(
        self, turn_id: int, seq: int, chunks: tuple[StreamChunk, ...]
    ) -> "asyncio.Future[None]":
        """Submit a write; await the result. Raises ``LogUnavailable``, and ``LogEnded`` if another
        writer has taken the number and ended the turn.
        """
        # Encoded here, so that a chunk that cannot be encoded fails only its own turn.
        fields = tuple(entries.fields_of(chunk) for chunk in chunks)
        loop = asyncio.get_running_loop()
        write = Write(turn_id, seq, chunks, fields, loop.create_future())
        self._waiting.append(write)
        if self._link.is_away:
            self._let_go(write)
        if self._task is None or self._task.done():
            self._task = begin(self._send_all())
        return write.written

    def failure_of(self, turn_id: int) -> Exception | None:
        """Why an earlier write of the turn failed after its caller had moved on; reported once."""
        return self._failures.pop(turn_id, None)

    async def aclose(self) -> None:
        if self._task is not None:
            await ended([self._task])

    def _let_all_go(self) -> None:
        for write in (*self._on_their_way, *self._waiting):
            self._let_go(write)

    def _let_go(self, write: Write) -> None:
        if not write.chunks[-1].done and len(self._waiting) < _MOST_WAITING:
            _succeed(write)

    async def _send_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            self._on_their_way = batch
            try:
                await self._link.patiently(lambda: self._send(batch), within_s=PATIENCE_S)  # noqa: B023
            except Exception as exc:
                for write in batch:
                    self._fail(write, exc)
            self._on_their_way = []

    def _fail(self, write: Write, exc: Exception) -> None:
        if not write.written.done():
            write.written.set_exception(exc)
        elif not write.written.cancelled():  # otherwise its caller has gone
            self._failures[write.turn_id] = exc

    async def _send(self, batch: list[Write]) -> None:
        """One round trip. Idempotent: an id taken by the very same chunk is accepted."""
        pipe = self._link.client.pipeline(transaction=False)
        for write in batch:
            self._add_to(pipe, write)
        answers = iter(await pipe.execute(raise_on_error=False))
        for write in batch:
            own = [next(answers) for _ in write.chunks]
            if write.chunks[-1].done:
                next(answers)
            await self._settle(write, own)

    def _add_to(self, pipe: Any, write: Write) -> None:
        key = entries.key_of(write.turn_id)
        for seq, fields in enumerate(write.fields, start=write.seq):
            pipe.xadd(key, fields, id=entries.id_of(seq), maxlen=entries.MOST_EVENTS)
        if write.chunks[-1].done:
            pipe.pexpire(key, int(self._retention_s * 1000))

    async def _settle(self, write: Write, answers: list[object]) -> None:
        failures = [each for each in answers if isinstance(each, Exception)]
        for failure in failures:
            if isinstance(failure, AWAY):
                raise failure
        if not failures or (_all_taken(failures) and await self._are_ours(write)):
            _succeed(write)
        elif _all_taken(failures):
            self._fail(write, LogEnded(f"turn {write.turn_id} was ended by another worker"))
        else:
            self._fail(write, failures[0])

    async def _are_ours(self, write: Write) -> bool:
        """Whether these chunks are stored: an earlier try succeeded but its reply was lost."""
        last = write.seq + len(write.chunks) - 1
        found = await self._link.client.xrange(
            entries.key_of(write.turn_id), entries.id_of(write.seq), entries.id_of(last)
        )
        events = [entries.event_of(each) for each in found]
        return [event.chunk for event in events if event] == list(write.chunks)


def _all_taken(failures: list[Exception]) -> bool:
    return all(isinstance(f, ResponseError) and entries.TAKEN in str(f) for f in failures)


def _succeed(write: Write) -> None:
    if not write.written.done():
        write.written.set_result(None)
