"""Waiting for the database from asynchronous tests."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from chat.kernel.database import in_database

T = TypeVar("T")
#: For what takes milliseconds where nothing else runs: ten loads on one core are no fault.
PATIENCE_S = 120.0


async def eventually(ask: Callable[[], T | None], *, within_s: float = PATIENCE_S) -> T:
    """Ask the database until the answer is true; returns it, or fails with the last answer."""
    async with asyncio.timeout(within_s):
        # No event tells of a change in the database, so this one place asks again and again.
        while not (answer := await in_database(ask)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer
