"""The event log in Redis, shared by web and worker processes on any number of machines.

``redis_writer`` appends, ``redis_followers`` reads; ``redis_entries`` is the format. While Redis is
away readers wait and writes queue up; if it comes back empty, readers with lost events get
``UnknownSeq``, and so the answer from the database. A log is bounded in length and expires after
its end. For one Redis (or one with failover), not a cluster.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from redis.exceptions import RedisError, ResponseError

from chat.engine.event_log import redis_entries as entries
from chat.engine.event_log.base import Event, EventLog, LogEnded, UnknownSeq
from chat.engine.event_log.redis_connection import RedisLink
from chat.engine.event_log.redis_followers import RedisFeeds
from chat.engine.event_log.redis_writer import PATIENCE_S, RedisWriter
from chat.kernel.chunks import StreamChunk

#: Health needs a quick answer.
_HEALTHY_WITHIN_S = 2.0


class RedisEventLog(EventLog):
    """Belongs to one event loop."""

    def __init__(self, url: str, *, retention_s: float) -> None:
        self._link = RedisLink(url)
        self._writer = RedisWriter(self._link, retention_s=retention_s)
        self._feeds = RedisFeeds(self._link)
        self._last_seqs: dict[int, int] = {}  # of turns written by this process

    async def open(self, turn_id: int) -> None:
        if turn_id in self._last_seqs:
            return
        last = await self._link.patiently(lambda: self._opened(turn_id), within_s=PATIENCE_S)
        if last is not None:
            self._last_seqs[turn_id] = last

    async def append(self, turn_id: int, chunks: Sequence[StreamChunk]) -> int:
        if turn_id not in self._last_seqs:
            raise LogEnded(f"turn {turn_id} is not open")
        if failure := self._writer.failure_of(turn_id):
            del self._last_seqs[turn_id]
            raise failure
        if any(chunk.done for chunk in chunks[:-1]):
            raise LogEnded("the turn would end before its last chunk")
        if not chunks:
            return self._last_seqs[turn_id]
        first = self._last_seqs[turn_id] + 1
        last = self._last_seqs[turn_id] = first + len(chunks) - 1
        if chunks[-1].done:
            del self._last_seqs[turn_id]
        try:
            await self._writer.write(turn_id, first, tuple(chunks))
        except LogEnded:
            self._last_seqs.pop(turn_id, None)
            raise
        return last

    async def read(self, turn_id: int, *, after: int = 0) -> list[Event]:
        client, key = self._link.client, entries.key_of(turn_id)
        start = entries.id_of(after)
        found: list[entries.Entry] = await self._link.patiently(
            lambda: client.xrange(key, start), within_s=PATIENCE_S
        )
        if not found or found[0][0] != start.encode():
            raise UnknownSeq(f"turn {turn_id} has no event {after}")
        events = [event for event in entries.events_of(found) if event.seq > after]
        if events and events[-1].seq != after + len(events):
            # A killed Redis may have lost its last second of events and been written to since.
            raise UnknownSeq(f"turn {turn_id} lacks events after {after}")
        return events

    async def follow(self, turn_id: int, *, after: int = 0) -> AsyncGenerator[list[Event], None]:
        feed = await self._feeds.join(turn_id)
        try:
            if after and not await feed.reaches(after):
                raise UnknownSeq(f"turn {turn_id} has no event {after}")
            while True:
                if batch := feed.since(after):
                    after = batch[-1].seq
                    yield batch
                elif feed.ended:
                    return
                elif feed.torn:
                    raise UnknownSeq(f"turn {turn_id} lost events after {after}")
                else:
                    await feed.news.wait()
        finally:
            self._feeds.leave(feed)

    async def healthy(self) -> bool:
        try:
            async with asyncio.timeout(_HEALTHY_WITHIN_S):
                # Writes, because a replica or a full Redis would still answer a PING.
                return bool(await self._link.client.set("oliver:health", "1", ex=60))
        except (RedisError, OSError, TimeoutError):
            return False

    def give_up(self, turn_id: int) -> None:
        self._feeds.give_up(turn_id)

    async def aclose(self) -> None:
        await self._feeds.aclose()
        await self._writer.aclose()
        await self._link.aclose()

    async def _opened(self, turn_id: int) -> int | None:
        """Open the log if needed; its newest seq, or None if it has ended."""
        client, key = self._link.client, entries.key_of(turn_id)
        try:
            await client.xadd(key, {"o": ""}, id=entries.OPENED)
            await client.expire(key, entries.OPEN_FOR_S)
        except ResponseError as exc:
            if entries.TAKEN not in str(exc):
                raise
        newest = entries.events_of(await client.xrevrange(key, count=1))
        if not newest:
            return 0
        return None if newest[0].chunk.done else newest[0].seq
