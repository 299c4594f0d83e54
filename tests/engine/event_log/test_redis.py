"""The log in Redis keeps the contract, over processes and over failures of Redis."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest

from chat.engine.event_log import LogEnded, UnknownSeq, redis_followers
from chat.engine.event_log.redis import RedisEventLog
from chat.kernel.chunks import done_chunk
from tests.engine.event_log.contract import TURN, EventLogContract, everything, words
from tests.support.eventually import PATIENCE_S
from tests.support.services import RedisServer


@pytest.fixture
async def log(redis_server: RedisServer) -> AsyncIterator[RedisEventLog]:
    """A log in an empty Redis."""
    fresh = RedisEventLog(redis_server.url, retention_s=60)
    await fresh._link.client.flushall()
    yield fresh
    await fresh.aclose()


@pytest.fixture
async def elsewhere(log: RedisEventLog, redis_server: RedisServer) -> AsyncIterator[RedisEventLog]:
    """The log as another process sees it."""
    other = RedisEventLog(redis_server.url, retention_s=60)
    yield other
    await other.aclose()


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 (what we wait for is inside the log)
        await asyncio.sleep(0)


async def until_in_redis(log: RedisEventLog, *, blocked_clients: int) -> None:
    while (await log._link.client.info("clients"))["blocked_clients"] != blocked_clients:  # noqa: ASYNC110
        await asyncio.sleep(0.001)


class TestRedisEventLog(EventLogContract):
    pass


async def test_a_follower_in_another_process_gets_every_event(
    log: RedisEventLog, elsewhere: RedisEventLog
) -> None:
    follower = asyncio.create_task(everything(elsewhere))
    await log.open(TURN)
    for n in range(1, 200):
        await log.append(TURN, words(str(n)))
    await log.append(TURN, [done_chunk()])
    assert await follower == [*((n, str(n)) for n in range(1, 200)), (200, "")]


async def test_all_followers_of_a_process_share_one_blocked_connection(
    log: RedisEventLog, elsewhere: RedisEventLog
) -> None:
    await log.open(TURN)
    await log.open(8)
    for turn in (TURN, 8):
        await log.append(turn, words("a"))
    async with asyncio.timeout(PATIENCE_S):
        followers = [elsewhere.follow(turn) for turn in [TURN, 8] * 20]
        for follower in followers:
            assert len(await anext(follower)) == 1
        waiting = [asyncio.ensure_future(anext(each)) for each in followers]
        await asyncio.sleep(0)
        await until(lambda: elsewhere._feeds._asking)
        await until_in_redis(log, blocked_clients=1)
        for turn in (TURN, 8):
            await log.append(turn, words("b"))
        assert [batch[0].seq for batch in await asyncio.gather(*waiting)] == [2] * 40
    for follower in followers:
        await follower.aclose()
    assert elsewhere._feeds._feeds == {}


async def test_a_turn_that_joins_is_heard_at_once(
    log: RedisEventLog, elsewhere: RedisEventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is in the middle of a long XREAD for another turn then."""
    forever_s = 10 * PATIENCE_S
    monkeypatch.setattr(redis_followers, "_BLOCK_MS", int(forever_s * 1_000))
    elsewhere._link.client.connection_pool.connection_kwargs["socket_timeout"] = 2 * forever_s
    await log.open(1)
    await log.append(1, words("a"))
    async with aclosing(elsewhere.follow(1)) as first:
        await anext(first)
        waiting = asyncio.ensure_future(anext(first))
        async with asyncio.timeout(PATIENCE_S):
            await until(lambda: elsewhere._feeds._asking)
            await log.open(TURN)
            follower = asyncio.create_task(everything(elsewhere))
            await until(lambda: TURN in elsewhere._feeds._feeds)
            await elsewhere._feeds._loading(elsewhere._feeds._feeds[TURN])  # and found nothing
            await log.append(TURN, [*words("a"), done_chunk()])
            assert await follower == [(1, "a"), (2, "")]
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_of_two_writers_one_is_told_that_the_turn_has_ended(
    log: RedisEventLog, elsewhere: RedisEventLog
) -> None:
    await log.open(TURN)
    await log.append(TURN, words("a"))
    await elsewhere.open(TURN)
    await elsewhere.append(TURN, [done_chunk(outcome="interrupted")])
    with pytest.raises(LogEnded):
        await log.append(TURN, words("late", "later"))
    assert await everything(elsewhere) == [(1, "a"), (2, "")]
    assert len(await log.read(TURN)) == 2


async def test_a_cancelled_append_is_written_all_the_same(log: RedisEventLog) -> None:
    await log.open(TURN)
    writing = asyncio.create_task(log.append(TURN, words("a")))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert await log.append(TURN, [done_chunk()]) == 2
    assert await everything(log) == [(1, "a"), (2, "")]


async def test_an_ended_log_expires(redis_server: RedisServer, log: RedisEventLog) -> None:
    short = RedisEventLog(redis_server.url, retention_s=0.05)
    try:
        await short.open(TURN)
        await short.append(TURN, [done_chunk()])
        async with asyncio.timeout(PATIENCE_S):
            while await log._link.client.exists("oliver:log:7"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        await short.aclose()
    with pytest.raises(UnknownSeq):
        await log.read(TURN)


async def test_an_open_log_does_not_stay_for_ever(log: RedisEventLog) -> None:
    await log.open(TURN)
    assert 0 < await log._link.client.ttl("oliver:log:7") <= 24 * 3600


async def test_a_follower_whose_events_were_trimmed_is_told(log: RedisEventLog) -> None:
    await log.open(TURN)
    await log.append(TURN, words("a", "b", "c"))
    await log._link.client.xtrim("oliver:log:7", maxlen=1, approximate=False)
    with pytest.raises(UnknownSeq):
        await everything(log)
    async with aclosing(log.follow(TURN, after=2)) as batches:
        assert [event.seq for event in await anext(batches)] == [3]


async def test_a_reader_is_not_given_a_log_with_a_hole(log: RedisEventLog) -> None:
    """A Redis that was killed may lack its last second; its writer goes on all the same."""
    await log.open(TURN)
    await log.append(TURN, words("a", "b", "c"))
    await log._link.client.xdel("oliver:log:7", "2-0")
    with pytest.raises(UnknownSeq):
        await log.read(TURN)
    with pytest.raises(UnknownSeq):
        await everything(log)
    assert [event.seq for event in await log.read(TURN, after=3)] == []


async def test_a_follower_of_a_turn_that_ended_unheard_is_told(log: RedisEventLog) -> None:
    await log.open(TURN)
    follower = asyncio.create_task(everything(log))
    await until(lambda: log._feeds._asking)
    log.give_up(TURN)
    with pytest.raises(UnknownSeq):
        await follower


class TestRedisGone:
    """Redis is killed and comes back empty."""

    async def test_writers_and_followers_wait_and_go_on(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        with RedisServer() as server:
            log = RedisEventLog(server.url, retention_s=60)
            try:
                await log.open(TURN)
                await log.append(TURN, words("a"))
                async with asyncio.timeout(PATIENCE_S), aclosing(log.follow(TURN)) as batches:
                    await anext(batches)
                    await asyncio.to_thread(server.kill)
                    writing = asyncio.create_task(log.append(TURN, words("b")))
                    assert not await log.healthy()
                    await asyncio.to_thread(server.start)
                    assert await writing == 2
                    assert [event.seq for event in await anext(batches)] == [2]
                    assert await log.healthy()
                with pytest.raises(UnknownSeq):  # the first event is lost: the database has it
                    await everything(log)
            finally:
                await log.aclose()
        told = [record.message.partition(" (")[0] for record in caplog.records]
        assert told == ["Redis is away", "Redis is back; streams go on"]

    async def test_a_writer_goes_on_while_it_is_away_and_its_events_come_later(self) -> None:
        with RedisServer() as server:
            log = RedisEventLog(server.url, retention_s=60)
            try:
                await log.open(TURN)
                await log.append(TURN, words("a"))
                async with asyncio.timeout(PATIENCE_S), aclosing(log.follow(TURN)) as batches:
                    await anext(batches)
                    await asyncio.to_thread(server.kill)
                    for text in ("b", "c", "d"):
                        await log.append(TURN, words(text))
                    ending = asyncio.create_task(log.append(TURN, [done_chunk()]))
                    await asyncio.sleep(0)
                    assert not ending.done()
                    await asyncio.to_thread(server.start)
                    assert await ending == 5
                    seen = [event.seq async for batch in batches for event in batch]
                    assert seen == [2, 3, 4, 5]
            finally:
                await log.aclose()

    async def test_a_writer_that_went_on_hears_later_that_another_has_ended_the_turn(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with RedisServer(keeps=True) as server:
            log, other = (RedisEventLog(server.url, retention_s=60) for _ in range(2))
            try:
                await log.open(TURN)
                await log.append(TURN, words("a"))
                await other.open(TURN)
                await asyncio.to_thread(server.kill)
                await log.append(TURN, words("b"))
                send, other_was_first = log._writer._send, asyncio.Event()

                async def send_late(batch: Any) -> None:
                    await other_was_first.wait()
                    await send(batch)

                monkeypatch.setattr(log._writer, "_send", send_late)
                await asyncio.to_thread(server.start)
                async with asyncio.timeout(PATIENCE_S):
                    await other.append(TURN, [done_chunk(outcome="interrupted")])
                    other_was_first.set()
                    await until(lambda: TURN in log._writer._failures)
                with pytest.raises(LogEnded):
                    await log.append(TURN, words("c"))
            finally:
                await log.aclose()
                await other.aclose()

    async def test_a_follower_may_come_while_it_is_away(self) -> None:
        with RedisServer() as server:
            log = RedisEventLog(server.url, retention_s=60)
            try:
                await asyncio.to_thread(server.kill)
                follower = asyncio.create_task(everything(log))
                opening = asyncio.create_task(log.open(TURN))
                await asyncio.to_thread(server.start)
                async with asyncio.timeout(PATIENCE_S):
                    await opening
                    await log.append(TURN, [*words("a"), done_chunk()])
                    assert await follower == [(1, "a"), (2, "")]
            finally:
                await log.aclose()
