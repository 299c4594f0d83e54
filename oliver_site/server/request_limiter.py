"""Limits how many requests run at once; the others wait in order of arrival. Used by ``handler``.

Python runs one thread at a time. Two hundred requests on two hundred threads all finish late, and
streams get a two-hundredth of the time meanwhile. One after the other, the first is answered within
milliseconds, and the total time is shorter.

Requests wait in two lanes that are served alternately, so that readers of an answer do not wait
behind everybody who has just asked. A finished request's thread starts the next one, because the
event loop may be busy with streams.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_Call = tuple[Callable[[], object], Future[Any]]


class RequestLimiter:
    """``general`` and ``following`` are executors: the two lanes."""

    def __init__(self, *, max_running: int, blocked_after_s: float, max_threads: int) -> None:
        """A request that has run for ``blocked_after_s`` is waiting for something other than the
        interpreter (a lock, a database that is down) and no longer counts.
        """
        self.general, self.following = Lane(self), Lane(self)
        self._lanes = [self.general, self.following]  # the next to be served first
        self._threads = ThreadPoolExecutor(max_threads, thread_name_prefix="oliver-request")
        self._max_running = max_running
        self._blocked_after_s = blocked_after_s
        self._lock = threading.Lock()
        self._running: dict[Future[Any], float] = {}  # start times (monotonic) of those that count
        self._recheck_scheduled = False

    def admit(self) -> None:
        """Start requests while there is room. Call it on the event loop."""
        self._fill()
        if not self._recheck_scheduled and self._has_waiting():
            self._recheck_scheduled = True
            asyncio.get_running_loop().call_later(self._blocked_after_s, self._recheck)

    def _recheck(self) -> None:
        self._recheck_scheduled = False
        self.admit()

    def _has_waiting(self) -> bool:
        return any(lane.waiting for lane in self._lanes)

    def _fill(self) -> None:
        while work := self._next():
            self._threads.submit(self._run, *work)

    def _next(self) -> _Call | None:
        with self._lock:
            oldest = monotonic() - self._blocked_after_s
            self._running = {work: at for work, at in self._running.items() if at > oldest}
            if len(self._running) >= self._max_running:
                return None
            lane = next((lane for lane in self._lanes if lane.waiting), None)
            if lane is None:
                return None
            self._lanes.sort(key=lambda each: each is lane)  # the other lane is next
            work = lane.waiting.popleft()
            self._running[work[1]] = monotonic()
            return work

    def _run(self, call: Callable[[], object], future: Future[Any]) -> None:
        try:
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as exc:  # belongs to the caller, who waits for the future
                    future.set_exception(exc)
                else:
                    future.set_result(result)
        finally:
            with self._lock:
                self._running.pop(future, None)
            self._fill()


class Lane(Executor):
    def __init__(self, limiter: RequestLimiter) -> None:
        self.waiting: deque[_Call] = deque()
        self._limiter = limiter

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self.waiting.append((lambda: fn(*args, **kwargs), future))
        self._limiter.admit()
        return future
