"""The gate: few requests work at once, first come, first served.

Python runs one thread at a time. Two hundred requests at once, each on a thread of its own, all end
late together, and streams get a two-hundredth of the time meanwhile; one after the other the first
is answered after milliseconds, and the sum is smaller. Used by ``handler``.

Requests wait in two lanes that are served in turn: whoever follows an answer is not behind all who
have just asked. A thread begins the next one itself: the event loop may be busy with streams.
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

#: A call and the future of its result.
_Work = tuple[Callable[[], object], Future[Any]]


class Gate:
    """``gate.asking`` and ``gate.following`` are executors: the two lanes."""

    def __init__(self, *, most: int, patience_s: float, most_threads: int) -> None:
        """Who works for longer than ``patience_s`` waits for something else than the interpreter (a
        lock, a database that is away), and counts no more.
        """
        self.asking, self.following = Lane(self), Lane(self)
        self._lanes = [self.asking, self.following]  # the next one first
        self._threads = ThreadPoolExecutor(most_threads, thread_name_prefix="oliver-request")
        self._most = most
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._working: dict[Future[Any], float] = {}  # since when (monotonic), if it counts
        self._watched = False

    def arrived(self) -> None:
        """Somebody stands in a lane. Call it on the event loop."""
        self._let_in()
        if not self._watched and self._somebody_waits():
            self._watched = True
            asyncio.get_running_loop().call_later(self._patience_s, self._watch)

    def _watch(self) -> None:
        self._watched = False
        self.arrived()

    def _somebody_waits(self) -> bool:
        return any(lane.waiting for lane in self._lanes)

    def _let_in(self) -> None:
        while work := self._next():
            self._threads.submit(self._run, *work)

    def _next(self) -> _Work | None:
        with self._lock:
            oldest = monotonic() - self._patience_s
            self._working = {work: at for work, at in self._working.items() if at > oldest}
            if len(self._working) >= self._most:
                return None
            lane = next((lane for lane in self._lanes if lane.waiting), None)
            if lane is None:
                return None
            self._lanes.sort(key=lambda each: each is lane)  # the other one is next
            work = lane.waiting.popleft()
            self._working[work[1]] = monotonic()
            return work

    def _run(self, call: Callable[[], object], future: Future[Any]) -> None:
        try:
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as exc:  # the caller's, who waits for it
                    future.set_exception(exc)
                else:
                    future.set_result(result)
        finally:
            with self._lock:
                self._working.pop(future, None)
            self._let_in()


class Lane(Executor):
    """Where one kind of request waits."""

    def __init__(self, gate: Gate) -> None:
        self.waiting: deque[_Work] = deque()
        self._gate = gate

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self.waiting.append((lambda: fn(*args, **kwargs), future))
        self._gate.arrived()
        return future
