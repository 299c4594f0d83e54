"""Waiting for the database from asynchronous tests."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from chat.database import in_database

T = TypeVar("T")


async def eventually(ask: Callable[[], T | None], *, within_s: float = 10.0) -> T:
    """Ask the database until the answer is true; returns it, or fails with the last answer."""
    async with asyncio.timeout(within_s):
        # No event tells of a change in the database, so this one place asks again and again.
        while not (answer := await in_database(ask)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer
