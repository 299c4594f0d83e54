"""Keep-alive comments for all open streams of this process, from one timer.

Streams that have sent nothing for a while send a comment, or proxies would close them. One query
for all of them checks whether a silent turn has ended unnoticed. A stream whose message has waited
too long for its reader is dropped. A task and a timer per reader would cost 1.6 KB each.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Protocol

from django.db import DatabaseError

from chat.conversations.models import Turn
from chat.engine.event_log import event_log
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)

#: How late a stream may be served, as a share of the shortest interval.
_LATE_SHARE = 1 / 15


class OpenStream(Protocol):
    """Times are monotonic seconds."""

    turn_id: int
    sent_at: float  # time of the last message
    waits_since: float  # start of the message being sent; 0 if none

    async def ping(self) -> None:
        """Send a comment. May wait for the reader, so it runs as a separate task."""

    def drop(self) -> None:
        """The reader has stalled."""


class KeepAlive:
    def __init__(self) -> None:
        self._streams: set[OpenStream] = set()
        self._timer: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, stream: OpenStream) -> Iterator[None]:
        self._streams.add(stream)
        if self._timer is None or self._timer.done():
            self._timer = begin(self._keep_watching())
        try:
            yield
        finally:
            self._streams.discard(stream)
            if not self._streams:
                self._timer.cancel()

    async def _keep_watching(self) -> None:
        while True:
            # Streams that begin meanwhile are not due before this ends.
            longest_s = min(conf().sse_heartbeat_s, conf().stalled_after_s)
            next_s = min((_due_at(each) for each in self._streams), default=0.0) - monotonic()
            await asyncio.sleep(min(longest_s, max(longest_s * _LATE_SHARE, next_s)))
            self._ping_or_drop([each for each in self._streams if _due_at(each) <= monotonic()])

    def _ping_or_drop(self, due: list[OpenStream]) -> None:
        quiet = [stream for stream in due if not stream.waits_since]
        for stream in quiet:
            begin(stream.ping())
        if quiet:
            begin(_find_unannounced_ends({stream.turn_id for stream in quiet}))
        for stream in due:
            if stream.waits_since:
                stream.drop()


def _due_at(stream: OpenStream) -> float:
    if stream.waits_since:
        return stream.waits_since + conf().stalled_after_s
    return stream.sent_at + conf().sse_heartbeat_s


async def _find_unannounced_ends(turn_ids: set[int]) -> None:
    """A worker that died or lost the log may have stored an end without announcing it."""
    try:
        live = await in_database(_live, turn_ids)
    except DatabaseError:
        logger.warning("Cannot check which of %s turns have ended", len(turn_ids))
        return
    for turn_id in turn_ids - live:
        event_log().give_up(turn_id)


def _live(turn_ids: set[int]) -> set[int]:
    return set(Turn.objects.unfinished().filter(pk__in=turn_ids).values_list("pk", flat=True))


@cache
def keep_alive() -> KeepAlive:
    return KeepAlive()
