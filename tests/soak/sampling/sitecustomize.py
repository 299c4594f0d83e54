"""Loaded by Python at the start of each process of a soak: at SIGUSR1 it counts its tasks.

Memory, descriptors and threads can be seen from outside; tasks cannot.
"""

import asyncio
import gc
import os
import signal
from pathlib import Path
from typing import Any


def _write_tasks(*_: Any) -> None:
    gc.collect()  # what only waits for it is no leak
    everything = list(asyncio.tasks._all_tasks)  # type: ignore[attr-defined]  # of all loops
    alive = sum(not task.done() for task in everything)
    place = Path(os.environ["SOAK_SAMPLES"])
    (place / f"{os.getpid()}.new").write_text(str(alive))
    (place / f"{os.getpid()}.new").rename(place / f"{os.getpid()}.tasks")


if "SOAK_SAMPLES" in os.environ:
    signal.signal(signal.SIGUSR1, _write_tasks)
