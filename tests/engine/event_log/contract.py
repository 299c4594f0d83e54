"""What every event log must do. A backend joins by subclassing with a ``log`` fixture."""

import asyncio
from contextlib import aclosing

import pytest

from chat.engine.event_log import EventLog, LogEnded, UnknownSeq
from chat.kernel.chunks import StreamChunk, done_chunk, text_chunk

TURN = 7


def words(*texts: str) -> list[StreamChunk]:
    return [text_chunk("response", text) for text in texts]


async def everything(log: EventLog, *, after: int = 0) -> list[tuple[int, str]]:
    """All that a follower gets until the end."""
    async with aclosing(log.follow(TURN, after=after)) as batches:
        return [(event.seq, str(event.chunk.content)) async for batch in batches for event in batch]


class EventLogContract:
    async def test_numbers_start_at_1_and_have_no_gaps(self, log: EventLog) -> None:
        await log.open(TURN)
        assert await log.append(TURN, words("a", "b")) == 2
        assert await log.append(TURN, words("c")) == 3
        assert [event.seq for event in await log.read(TURN)] == [1, 2, 3]

    async def test_reader_resuming_after_seq_2_gets_no_duplicate(self, log: EventLog) -> None:
        await log.open(TURN)
        await log.append(TURN, words("a", "b", "c"))
        await log.append(TURN, [done_chunk()])
        assert await everything(log, after=2) == [(3, "c"), (4, "")]

    async def test_follower_gets_what_is_appended_later_and_ends_with_the_turn(
        self, log: EventLog
    ) -> None:
        await log.open(TURN)
        follower = asyncio.create_task(everything(log))
        for text in "abc":
            await asyncio.sleep(0)
            await log.append(TURN, words(text))
        await log.append(TURN, [done_chunk()])
        assert await follower == [(1, "a"), (2, "b"), (3, "c"), (4, "")]

    async def test_a_reader_may_come_before_the_turns_worker(self, log: EventLog) -> None:
        follower = asyncio.create_task(everything(log))
        await asyncio.sleep(0)
        await log.open(TURN)
        await log.append(TURN, [*words("a"), done_chunk()])
        assert await follower == [(1, "a"), (2, "")]

    async def test_a_busy_follower_gets_one_larger_batch(self, log: EventLog) -> None:
        await log.open(TURN)
        async with aclosing(log.follow(TURN)) as batches:
            await log.append(TURN, words("a"))
            assert len(await anext(batches)) == 1
            await log.append(TURN, words("b"))
            await log.append(TURN, words("c"))
            assert [event.seq for event in await anext(batches)] == [2, 3]

    async def test_followers_do_not_disturb_each_other(self, log: EventLog) -> None:
        await log.open(TURN)
        followers = [asyncio.create_task(everything(log)) for _ in range(20)]
        leaver = asyncio.create_task(everything(log))
        await asyncio.sleep(0)
        leaver.cancel()
        await log.append(TURN, [*words("a"), done_chunk()])
        assert await asyncio.gather(*followers) == [[(1, "a"), (2, "")]] * 20

    async def test_nothing_is_appended_after_the_end(self, log: EventLog) -> None:
        await log.open(TURN)
        await log.append(TURN, [done_chunk()])
        with pytest.raises(LogEnded):
            await log.append(TURN, words("late"))
        assert len(await log.read(TURN)) == 1

    async def test_a_turn_that_is_not_open_takes_nothing(self, log: EventLog) -> None:
        with pytest.raises(LogEnded):
            await log.append(TURN, words("a"))

    async def test_a_reader_ahead_of_the_log_is_told(self, log: EventLog) -> None:
        await log.open(TURN)
        await log.append(TURN, words("a"))
        with pytest.raises(UnknownSeq):
            await everything(log, after=2)
        with pytest.raises(UnknownSeq):
            await log.read(TURN, after=2)

    async def test_a_turn_nobody_knows_is_told(self, log: EventLog) -> None:
        with pytest.raises(UnknownSeq):
            await log.read(TURN)

    async def test_opening_twice_keeps_what_is_there(self, log: EventLog) -> None:
        await log.open(TURN)
        await log.append(TURN, words("a"))
        await log.open(TURN)
        assert len(await log.read(TURN)) == 1

    async def test_it_says_that_it_is_well(self, log: EventLog) -> None:
        assert await log.healthy()
