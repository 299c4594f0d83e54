"""Tasks that go on without whoever begins them: followers, workers and logs begin theirs here."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any

#: The event loop itself holds tasks weakly.
_running: set[asyncio.Task[None]] = set()


def begin(coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """A task in a fresh context: a request's, with its database connection, would live on in it."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(coroutine, context=contextvars.Context())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
