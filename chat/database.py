"""The database from asynchronous code: ``await in_database(fn, …)``.

Channels runs all consumers' database calls on one thread (measured: 20 queries of 0.2 s take
4.1 s). These two threads of our own serve the worker and the streams; each call closes its
connections, so that no stream pins one.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

P = ParamSpec("P")
T = TypeVar("T")

#: A database that restarts or fails over is back by then; a lease lasts a little longer.
_PATIENCE_S, _PAUSE_S = 12.0, 0.25

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="oliver-db")


async def in_database(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``fn`` on a database thread and return what it returns; its exceptions propagate."""

    def call() -> T:
        try:
            return fn(*args, **kwargs)
        finally:
            connections.close_all()

    # A fresh context: asgiref's locals would otherwise share the caller's connection object.
    context = contextvars.Context()
    return await asyncio.get_running_loop().run_in_executor(_threads, context.run, call)


async def patiently_in_database(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``in_database``, again and again for a while when the database is away. Only for an ``fn``
    that may be repeated although an earlier try was committed.
    """
    end = monotonic() + _PATIENCE_S
    while True:
        try:
            return await in_database(fn, *args, **kwargs)
        except (OperationalError, InterfaceError):
            if monotonic() + _PAUSE_S > end:
                raise
        await asyncio.sleep(_PAUSE_S)
