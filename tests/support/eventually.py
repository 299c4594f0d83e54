"""Waiting for the database from asynchronous tests."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from chat.kernel.database import in_database

T = TypeVar("T")
#: Generous for what takes milliseconds: a machine running ten loads on one core is no failure.
PATIENCE_S = 120.0


async def eventually(ask: Callable[[], T | None], *, within_s: float = PATIENCE_S) -> T:
    """Poll until ``ask`` returns something true; returns it, or fails with the last answer."""
    async with asyncio.timeout(within_s):
        # The database has no change events, so this one place polls.
        while not (answer := await in_database(ask)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer
