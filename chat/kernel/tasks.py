"""Background tasks that outlive their caller: of followers, workers and logs."""

import asyncio
import contextvars
from collections.abc import Coroutine

#: Strong references: the event loop keeps only weak ones.
_running: set[asyncio.Task[None]] = set()


def begin(coroutine: Coroutine[object, None, None]) -> "asyncio.Task[None]":
    """Run in a fresh context, so that a request's context and connection are not kept alive."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(coroutine, context=contextvars.Context())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
