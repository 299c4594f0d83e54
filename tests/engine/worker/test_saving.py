"""How often the worker stores its running turns: the time of a save is no time without one."""

import asyncio
from typing import Any

import pytest

from chat.engine.event_log.memory import MemoryEventLog
from chat.engine.worker import worker as worker_module
from chat.engine.worker.worker import TurnWorker


@pytest.mark.parametrize(
    ("save_takes_s", "pause_s"),
    [(0.0, 0.75), (0.25, 0.5), (0.5, 0.25), (9.0, 0.25)],
    ids=["at once", "quick", "slow", "slower than the rhythm"],
)
async def test_the_pause_after_a_save_is_what_is_left_of_the_rhythm(
    save_takes_s: float, pause_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant: Any = None
    worker = TurnWorker(assistant=assistant, log=MemoryEventLog(retention_s=60))
    now_s, pauses_s = 100.0, []

    async def save(*args: object) -> None:
        nonlocal now_s
        now_s += save_takes_s

    async def sleep(delay_s: float) -> None:
        pauses_s.append(delay_s)
        raise asyncio.CancelledError

    monkeypatch.setattr(worker_module, "save_all", save)
    monkeypatch.setattr(worker_module, "monotonic", lambda: now_s)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await worker._keep_saving()
    assert pauses_s == [pytest.approx(pause_s)]
