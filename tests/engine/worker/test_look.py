"""The worker's looks at the queue: one waits for all that come during another, and few turns begin
at once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from chat.engine.event_log.memory import MemoryEventLog
from chat.engine.worker import worker as worker_module
from chat.engine.worker.worker import TurnWorker


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


class Beginning:
    """A runner that asks its model, and ends, when the test says so."""

    def __init__(self, turn_id: int, *, begun: Callable[[], None], **_: Any) -> None:
        self.turn_id = turn_id
        self.asks, self.ends = asyncio.Event(), asyncio.Event()
        self._begun = begun
        all_beginning[turn_id] = self

    async def run(self) -> None:
        await self.asks.wait()
        self._begun()
        await self.ends.wait()


all_beginning: dict[int, Beginning] = {}


class Queue(TurnWorker):
    """A worker with a queue of twenty turns, oldest first."""

    def __init__(self) -> None:
        assistant: Any = SimpleNamespace(title=None)
        super().__init__(assistant=assistant, log=MemoryEventLog(retention_s=60))
        self.queue = list(range(1, 21))

    async def _claim(self, *, most: int) -> list[int]:
        claimed, self.queue = self.queue[:most], self.queue[most:]
        return claimed


@pytest.fixture
async def busy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Queue]:
    monkeypatch.setattr(worker_module, "TurnRunner", Beginning)
    all_beginning.clear()
    queue = Queue()
    await queue.look()
    await _a_turn_of_the_loop()
    yield queue
    await queue.aclose()


MOST = worker_module._MOST_BEGINNING


async def test_few_turns_begin_at_once_and_the_oldest_first(busy: Queue) -> None:
    assert list(all_beginning) == list(range(1, MOST + 1))
    await busy.look()
    assert len(all_beginning) == MOST


@pytest.mark.parametrize("how", ["asks", "both"])
async def test_when_one_has_begun_or_ended_the_next_one_begins(busy: Queue, how: str) -> None:
    all_beginning[2].asks.set()
    if how == "both":
        all_beginning[2].ends.set()
    await _a_turn_of_the_loop()
    assert list(all_beginning) == list(range(1, MOST + 2))


async def test_all_turns_of_a_crowd_begin_without_another_doorbell(busy: Queue) -> None:
    for turn_id in range(1, 21):
        all_beginning[turn_id].asks.set()
        await _a_turn_of_the_loop()
    assert len(all_beginning) == 20


async def test_a_turn_that_ends_while_it_begins_makes_room(busy: Queue) -> None:
    task = next(iter(busy._running))
    task.cancel()
    await asyncio.wait([task])
    await busy.look()
    assert len(all_beginning) == MOST + 1
