"""Keep-alive comments: one timer sends them to all silent streams of a process."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic

import pytest

from chat.engine.delivery.keep_alive import KeepAlive
from tests.support.eventually import PATIENCE_S

pytestmark = pytest.mark.django_db(transaction=True)  # it is looked whether the turn has ended
EVERY_S = 0.05


class Stream:
    """Counts its pings; a stalled one never has its first one taken."""

    turn_id = 0
    waits_since = 0.0

    def __init__(self, *, stalled: bool = False) -> None:
        self.sent_at = monotonic()
        self.pings = asyncio.Queue[float]()
        self.given_up = asyncio.Event()
        self._stalled = stalled

    async def ping(self) -> None:
        self.pings.put_nowait(monotonic())
        if self._stalled:
            self.waits_since = monotonic()
        else:
            self.sent_at = monotonic()

    def drop(self) -> None:
        self.given_up.set()


async def test_every_silent_stream_is_pinged_though_one_reader_takes_nothing(
    configure: Callable[..., None],
) -> None:
    configure(sse_heartbeat_s=EVERY_S)
    keep_alive = KeepAlive()
    streams = [Stream(stalled=True), Stream(), Stream()]
    with ExitStack() as open_streams:
        for stream in streams:
            open_streams.enter_context(keep_alive.watching(stream))
        for stream in (*streams, *streams[1:]):
            await asyncio.wait_for(stream.pings.get(), PATIENCE_S)
        assert streams[0].pings.empty()  # the first one still waits for its reader


async def test_a_reader_who_lets_a_message_wait_is_given_up_and_no_other(
    configure: Callable[..., None],
) -> None:
    configure(sse_heartbeat_s=EVERY_S, stalled_after_s=EVERY_S)
    keep_alive, stalled, silent = KeepAlive(), Stream(stalled=True), Stream()
    with keep_alive.watching(stalled), keep_alive.watching(silent):
        await asyncio.wait_for(stalled.given_up.wait(), PATIENCE_S)
    assert not silent.given_up.is_set()


async def test_a_stream_that_says_something_needs_no_ping(configure: Callable[..., None]) -> None:
    configure(sse_heartbeat_s=EVERY_S)
    keep_alive, silent, busy = KeepAlive(), Stream(), Stream()
    with keep_alive.watching(silent), keep_alive.watching(busy):
        busy.sent_at = monotonic() + 60
        for _ in range(3):
            await asyncio.wait_for(silent.pings.get(), PATIENCE_S)
    assert busy.pings.empty()


async def test_the_clock_stops_with_the_last_stream(configure: Callable[..., None]) -> None:
    configure(sse_heartbeat_s=EVERY_S)
    before, keep_alive, stream = asyncio.all_tasks(), KeepAlive(), Stream()
    with keep_alive.watching(stream):
        [clock] = asyncio.all_tasks() - before
        await asyncio.wait_for(stream.pings.get(), PATIENCE_S)
    await asyncio.wait([clock], timeout=PATIENCE_S)
    assert clock.cancelled()
    with keep_alive.watching(stream):  # and it begins anew
        await asyncio.wait_for(stream.pings.get(), PATIENCE_S)
