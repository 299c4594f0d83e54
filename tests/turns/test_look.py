"""The worker's looks at the queue: one waits for all that come during another."""

import asyncio
from typing import Any

import pytest

from chat.event_log.memory import MemoryEventLog
from chat.turns.worker import TurnWorker


class Looked(TurnWorker):
    """A worker whose claims find nothing, and wait until the test lets them go on."""

    def __init__(self) -> None:
        assistant: Any = None
        super().__init__(assistant=assistant, log=MemoryEventLog(retention_s=60))
        self.claims = 0
        self.go_on = asyncio.Event()

    async def _claim(self, *, most: int) -> list[int]:
        self.claims += 1
        await self.go_on.wait()
        return []


@pytest.fixture
def worker() -> Looked:
    return Looked()


async def _a_turn_of_the_loop() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_doorbells_during_a_look_cause_one_more_look_for_all_of_them(worker: Looked) -> None:
    first = asyncio.create_task(worker.look())
    await _a_turn_of_the_loop()
    rung = [asyncio.create_task(worker.look()) for _ in range(20)]
    await _a_turn_of_the_loop()
    assert (worker.claims, sum(not look.done() for look in rung)) == (1, 1)
    worker.go_on.set()
    await asyncio.gather(first, *rung)
    assert worker.claims == 2


async def test_a_doorbell_in_the_moment_between_two_looks_is_heard(worker: Looked) -> None:
    """The lock is free again, and who waits for it has not begun: it shall see what came now."""
    first = asyncio.create_task(worker.look())
    await _a_turn_of_the_loop()
    second = asyncio.create_task(worker.look())
    await _a_turn_of_the_loop()
    first.add_done_callback(lambda _: seen_before.append(worker.claims))
    seen_before: list[int] = []
    worker.go_on.set()
    await first
    await worker.look()
    await second
    assert worker.claims > seen_before[0]


async def test_a_look_that_is_cancelled_while_it_waits_leaves_room_for_the_next(
    worker: Looked,
) -> None:
    first = asyncio.create_task(worker.look())
    await _a_turn_of_the_loop()
    waiting = asyncio.create_task(worker.look())
    await _a_turn_of_the_loop()
    waiting.cancel()
    await asyncio.wait([waiting])
    worker.go_on.set()
    await asyncio.gather(first, worker.look())
    assert worker.claims == 2
