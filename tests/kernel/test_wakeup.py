"""Waiting for a change within a process."""

import asyncio

import pytest

from chat.kernel.wakeup import Wakeup


async def _begun(*waiting: asyncio.Task[None]) -> None:
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)


async def test_a_wake_reaches_every_current_waiter_and_no_later_one() -> None:
    wakeup = Wakeup()
    first, second = (asyncio.create_task(wakeup.wait()) for _ in range(2))
    await _begun(first, second)
    wakeup.wake()
    late = asyncio.create_task(wakeup.wait())
    await asyncio.gather(first, second)
    await _begun(late)
    wakeup.wake()
    await late


async def test_an_earlier_wake_is_not_remembered() -> None:
    wakeup = Wakeup()
    wakeup.wake()
    waiting = asyncio.create_task(wakeup.wait())
    await _begun(waiting)
    wakeup.wake()
    await waiting


async def test_a_cancelled_waiter_leaves_the_others_waiting() -> None:
    wakeup = Wakeup()
    leaving, staying = (asyncio.create_task(wakeup.wait()) for _ in range(2))
    await _begun(leaving, staying)
    assert wakeup.waiting_count == 2
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert wakeup.waiting_count == 1
    wakeup.wake()
    await staying
    assert wakeup.waiting_count == 0


async def test_a_waiter_cancelled_during_the_wake_harms_no_other() -> None:
    wakeup = Wakeup()
    leaving, staying = (asyncio.create_task(wakeup.wait()) for _ in range(2))
    await _begun(leaving, staying)
    leaving.cancel()
    wakeup.wake()
    await staying
    assert leaving.cancelled() or leaving.cancelling()
