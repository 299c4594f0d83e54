"""Heartbeats: one clock for all open streams of this process.

Each ``TurnStreamConsumer`` is kept ``beating`` while it runs. Those who were sent nothing for a
while get a comment, or proxies would close them; one query for all looks whether a turn that
is so quiet has ended without anybody telling; and a reader who lets a message wait for too long is
given up. A task and a timer for each reader would cost each 1.6 KB.
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

#: Of the shortest time that is waited for: by so much may it be longer.
_LATE_SHARE = 1 / 15


class Beating(Protocol):
    """What is asked of a stream. Moments are in monotonic seconds."""

    turn_id: int
    sent_at: float  # when something was sent last
    waits_since: float  # when the message was begun that is being sent; 0: none

    async def ping(self) -> None:
        """Send a comment. Waits for the reader, so it has a task of its own."""

    def give_up(self) -> None:
        """The reader takes nothing any more."""


class Heartbeats:
    """All streams of this process, and the task that beats while there are any."""

    def __init__(self) -> None:
        self._streams: set[Beating] = set()
        self._clock: asyncio.Task[None] | None = None

    @contextmanager
    def beating(self, stream: Beating) -> Iterator[None]:
        """From now until the end of the block."""
        self._streams.add(stream)
        if self._clock is None or self._clock.done():
            self._clock = begin(self._keep_beating())
        try:
            yield
        finally:
            self._streams.discard(stream)
            if not self._streams:
                self._clock.cancel()

    async def _keep_beating(self) -> None:
        while True:
            # Whatever begins meanwhile is not due before the end of this.
            longest_s = min(conf().sse_heartbeat_s, conf().stalled_after_s)
            next_s = min((_due_at(each) for each in self._streams), default=0.0) - monotonic()
            await asyncio.sleep(min(longest_s, max(longest_s * _LATE_SHARE, next_s)))
            self._beat([each for each in self._streams if _due_at(each) <= monotonic()])

    def _beat(self, due: list[Beating]) -> None:
        quiet = [stream for stream in due if not stream.waits_since]
        for stream in quiet:
            begin(stream.ping())
        if quiet:
            begin(_look_for_the_end({stream.turn_id for stream in quiet}))
        for stream in due:
            if stream.waits_since:
                stream.give_up()


def _due_at(stream: Beating) -> float:
    if stream.waits_since:
        return stream.waits_since + conf().stalled_after_s
    return stream.sent_at + conf().sse_heartbeat_s


async def _look_for_the_end(turn_ids: set[int]) -> None:
    """A worker that dies, or loses the log, may have stored an end that it never told."""
    try:
        live = await in_database(_live, turn_ids)
    except DatabaseError:
        logger.warning("It is unknown which of %s turns have ended", len(turn_ids))
        return
    for turn_id in turn_ids - live:
        event_log().give_up(turn_id)


def _live(turn_ids: set[int]) -> set[int]:
    return set(Turn.objects.unfinished().filter(pk__in=turn_ids).values_list("pk", flat=True))


@cache
def heartbeats() -> Heartbeats:
    """The ones of this process."""
    return Heartbeats()
