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

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

P = ParamSpec("P")
T = TypeVar("T")

#: Gone, starting, full, read-only. Not what a wrong query of ours raises.
AWAY = (OperationalError, InterfaceError, InternalError)
#: A database that restarts or fails over is back by then, and so lasts a lease.
_PATIENCE_S, _PAUSE_S = 12.0, 0.25

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="oliver-db")


def is_away(exc: BaseException) -> bool:
    """Whether the database cannot serve just now. SQLite says of a damaged file only that it is a
    ``DatabaseError``; without a cause, Django raises that for reasons of its own.
    """
    return isinstance(exc, AWAY) or (type(exc) is DatabaseError and exc.__cause__ is not None)


async def in_database(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``fn`` on a database thread and return what it returns; its exceptions propagate."""

    def call() -> T:
        _let_go()  # what grew old meanwhile
        try:
            return fn(*args, **kwargs)
        finally:
            _let_go()

    # A fresh context: asgiref's locals would otherwise share the caller's connection object.
    context = contextvars.Context()
    return await asyncio.get_running_loop().run_in_executor(_threads, context.run, call)


def _let_go() -> None:
    """Close this thread's connections, but for those that are worth keeping."""
    for connection in connections.all(initialized_only=True):
        if not _may_stay(connection):
            connection.close()


def _may_stay(connection: BaseDatabaseWrapper) -> bool:
    if connection.vendor != "sqlite" or connection.connection is None:
        return False
    young = connection.close_at is None or monotonic() < connection.close_at
    return young and not connection.errors_occurred and not connection.in_atomic_block


async def patiently_in_database(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``in_database``, again and again for a while when the database is away. Only for an ``fn``
    that may be repeated although an earlier try was committed.
    """
    end = monotonic() + _PATIENCE_S
    while True:
        try:
            return await in_database(fn, *args, **kwargs)
        except AWAY:
            if monotonic() + _PAUSE_S > end:
                raise
        await asyncio.sleep(_PAUSE_S)
