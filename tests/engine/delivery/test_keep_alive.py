"""Heartbeats: all silent streams of a process get theirs from one clock."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic

import pytest

from chat.engine.delivery.keep_alive import Heartbeats
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

    def give_up(self) -> None:
        self.given_up.set()


async def test_every_silent_stream_is_pinged_though_one_reader_takes_nothing(
    configure: Callable[..., None],
) -> None:
    configure(sse_heartbeat_s=EVERY_S)
    beats = Heartbeats()
    streams = [Stream(stalled=True), Stream(), Stream()]
    with ExitStack() as open_streams:
        for stream in streams:
            open_streams.enter_context(beats.beating(stream))
        for stream in (*streams, *streams[1:]):
            await asyncio.wait_for(stream.pings.get(), PATIENCE_S)
        assert streams[0].pings.empty()  # the first one still waits for its reader


async def test_a_reader_who_lets_a_message_wait_is_given_up_and_no_other(
    configure: Callable[..., None],
) -> None:
    configure(sse_heartbeat_s=EVERY_S, stalled_after_s=EVERY_S)
    beats, stalled, silent = Heartbeats(), Stream(stalled=True), Stream()
    with beats.beating(stalled), beats.beating(silent):
        await asyncio.wait_for(stalled.given_up.wait(), PATIENCE_S)
    assert not silent.given_up.is_set()


async def test_a_stream_that_says_something_needs_no_ping(configure: Callable[..., None]) -> None:
    configure(sse_heartbeat_s=EVERY_S)
    beats, silent, busy = Heartbeats(), Stream(), Stream()
    with beats.beating(silent), beats.beating(busy):
        busy.sent_at = monotonic() + 60
        for _ in range(3):
            await asyncio.wait_for(silent.pings.get(), PATIENCE_S)
    assert busy.pings.empty()


async def test_the_clock_stops_with_the_last_stream(configure: Callable[..., None]) -> None:
    configure(sse_heartbeat_s=EVERY_S)
    before, beats, stream = asyncio.all_tasks(), Heartbeats(), Stream()
    with beats.beating(stream):
        [clock] = asyncio.all_tasks() - before
        await asyncio.wait_for(stream.pings.get(), PATIENCE_S)
    await asyncio.wait([clock], timeout=PATIENCE_S)
    assert clock.cancelled()
    with beats.beating(stream):  # and it begins anew
        await asyncio.wait_for(stream.pings.get(), PATIENCE_S)
