"""Following logs in Redis: one blocking XREAD per process, for all its readers.

Measured with 100 readers: 1.7 ms from append to reader, against 9.4 ms with an XREAD each. A turn's
events are decoded once, shared by its readers and dropped with the last of them.
"""

import asyncio
import logging
import uuid
from typing import Any

from chat.engine.event_log import redis_entries as entries
from chat.engine.event_log.base import Event, UnknownSeq
from chat.engine.event_log.redis_connection import RedisLink, ended
from chat.kernel.tasks import begin
from chat.kernel.wakeup import Wakeup

logger = logging.getLogger(__name__)

#: How long an XREAD blocks when nothing happens.
_BLOCK_MS = 3_000
#: Entries per turn and reply, to bound the size of a reply.
_MOST_ENTRIES = 500
#: A page may know of an event slightly before Redis delivers it.
_GRACE_S = 0.5


class Feed:
    """A turn's events, as far as this process has received them."""

    def __init__(self, turn_id: int) -> None:
        self.turn_id = turn_id
        self.readers = 0
        self.loading: asyncio.Task[None] | None = None
        self.loaded = False
        self.ended = False
        self.torn = False  # events are missing: Redis lost or trimmed them
        self._before = 0  # number of events trimmed before our first one
        self._events: list[Event] = []
        self.news = Wakeup()

    @property
    def last_seq(self) -> int:
        return self._before + len(self._events)

    @property
    def is_live(self) -> bool:
        return self.loaded and not self.ended and not self.torn

    def since(self, after: int) -> list[Event]:
        """Raises ``UnknownSeq`` if events are missing."""
        if after < self._before:
            raise UnknownSeq(f"turn {self.turn_id} begins at event {self._before + 1}")
        return self._events[after - self._before :]

    def fill(self, events: list[Event]) -> None:
        if events:
            self._before = events[0].seq - 1
        self.loaded = True
        self.add(events)

    def add(self, events: list[Event]) -> None:
        for event in events:
            if event.seq > self.last_seq + 1:
                self.torn = True
            elif event.seq == self.last_seq + 1 and not self.ended:
                self._events.append(event)
                self.ended = event.chunk.done
        self.news.wake()

    async def reaches(self, seq: int) -> bool:
        """Waits a moment for the event if it has not arrived yet."""
        try:
            async with asyncio.timeout(_GRACE_S):
                while self.last_seq < seq and self.is_live:
                    await self.news.wait()
        except TimeoutError:
            pass
        return self.last_seq >= seq


class RedisFeeds:
    """All feeds of the process, and the task that reads for them."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._feeds: dict[int, Feed] = {}
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._asking = False
        self._bell = f"oliver:bell:{uuid.uuid4().hex}"  # our own stream: wakes a blocking XREAD
        self._bell_id: bytes = b"0-0"

    async def join(self, turn_id: int) -> Feed:
        """The turn's feed with all events so far. Call ``leave``, even after a cancellation."""
        feed = self._feeds.get(turn_id)
        if feed is None or feed.torn:
            feed = self._feeds[turn_id] = Feed(turn_id)
        feed.readers += 1
        try:
            if not feed.loaded:
                await asyncio.shield(self._loading(feed))
        except BaseException:
            self.leave(feed)
            raise
        return feed

    def leave(self, feed: Feed) -> None:
        feed.readers -= 1
        if feed.readers:
            return
        if feed.loading is not None:
            feed.loading.cancel()
        if self._feeds.get(feed.turn_id) is feed:
            del self._feeds[feed.turn_id]

    def give_up(self, turn_id: int) -> None:
        if feed := self._feeds.get(turn_id):
            feed.torn = True
            feed.news.wake()

    async def aclose(self) -> None:
        tasks = [feed.loading for feed in self._feeds.values()] + [self._task]
        await ended(task for task in tasks if task is not None)

    def _loading(self, feed: Feed) -> "asyncio.Task[None]":
        if feed.loading is None:
            feed.loading = begin(self._load(feed))
        return feed.loading

    async def _load(self, feed: Feed) -> None:
        client, key = self._link.client, entries.key_of(feed.turn_id)
        found: list[entries.Entry] = await self._link.patiently(lambda: client.xrange(key))
        feed.fill(entries.events_of(found))
        if feed.is_live:
            await self._include()

    async def _include(self) -> None:
        """Make the reading task include the feed: it may be inside an XREAD."""
        self._wanted.set()
        if self._task is None or self._task.done():
            self._task = begin(self._keep_reading())
        elif self._asking:
            await self._link.patiently(self._ring)

    async def _ring(self) -> None:
        pipe = self._link.client.pipeline(transaction=False)
        pipe.xadd(self._bell, {"r": ""}, maxlen=1, approximate=False)
        pipe.expire(self._bell, 60)
        await pipe.execute()

    async def _keep_reading(self) -> None:
        while True:
            try:
                if not any(feed.is_live for feed in self._feeds.values()):
                    self._wanted.clear()
                    await self._wanted.wait()
                self._take(await self._link.patiently(self._ask))
            except Exception:
                logger.exception("The event logs in Redis could not be read")
                await asyncio.sleep(1)

    async def _ask(self) -> Any:
        live = [feed for feed in self._feeds.values() if feed.is_live]
        streams: dict[Any, Any] = {
            entries.key_of(feed.turn_id): entries.id_of(feed.last_seq) for feed in live
        }
        streams[self._bell] = self._bell_id
        self._asking = True
        try:
            return await self._link.client.xread(streams, count=_MOST_ENTRIES, block=_BLOCK_MS)
        finally:
            self._asking = False

    def _take(self, answer: Any) -> None:
        for key, found in answer or []:
            if key.decode() == self._bell:
                self._bell_id = found[-1][0]
            elif feed := self._feeds.get(int(key.rpartition(b":")[2])):
                _add(feed, found)


def _add(feed: Feed, found: list[entries.Entry]) -> None:
    try:
        feed.add(entries.events_of(found))
    except ValueError:
        logger.exception("The log of turn %s holds what is no event", feed.turn_id)
        feed.torn = True
        feed.news.wake()
