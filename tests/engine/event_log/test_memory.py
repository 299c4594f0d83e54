"""The log in memory keeps the contract, and its own bound."""

import pytest

from chat.engine.event_log import EventLog, UnknownSeq
from chat.engine.event_log.memory import MemoryEventLog
from chat.kernel.chunks import done_chunk, text_chunk
from tests.engine.event_log.contract import EventLogContract


class TestMemoryEventLog(EventLogContract):
    @pytest.fixture
    def log(self) -> EventLog:
        return MemoryEventLog(retention_s=60)


async def test_an_ended_log_is_forgotten_after_its_retention() -> None:
    log = MemoryEventLog(retention_s=0)
    await log.open(1)
    await log.append(1, [done_chunk()])
    await log.open(2)
    with pytest.raises(UnknownSeq):
        await log.read(1)


async def test_a_live_log_is_never_forgotten() -> None:
    log = MemoryEventLog(retention_s=0)
    await log.open(1)
    await log.append(1, [text_chunk("response", "a")])
    await log.open(2)
    assert len(await log.read(1)) == 1


async def test_an_open_log_without_events_is_kept() -> None:
    log = MemoryEventLog(retention_s=0)
    await log.open(1)
    await log.open(2)
    assert await log.append(1, [done_chunk()]) == 1
