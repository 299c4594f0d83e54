"""The connection to Redis: retries calls while Redis is away, and logs each outage once."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic
from typing import TypeVar

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat.engine.event_log.base import LogUnavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Gone, starting up, failing over or full: each is temporary.
AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.OutOfMemoryError,
    OSError,
)
#: Longer than any blocking read of ``redis_followers``.
_SOCKET_TIMEOUT_S = 10.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0


class RedisLink:
    """``client`` does not retry; ``patiently`` does."""

    def __init__(self, url: str) -> None:
        self.client: Redis = Redis.from_url(
            url,
            socket_timeout=_SOCKET_TIMEOUT_S,
            socket_connect_timeout=2.0,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
        )
        self.is_away = False
        self.on_away: Callable[[], None] = lambda: None  # called once per outage

    async def patiently(
        self, ask: Callable[[], Awaitable[T]], *, within_s: float = float("inf")
    ) -> T:
        """Retry ``ask``, which must be idempotent. Raises ``LogUnavailable``."""
        end = monotonic() + within_s
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                answer = await ask()
            except AWAY as exc:
                self._is_away(exc)
                if monotonic() + pause_s > end:
                    raise LogUnavailable(f"Redis was away for {within_s:.0f} s") from exc
            else:
                self._is_back()
                _heed_cancellation()
                return answer
            _heed_cancellation()
            # Jitter, so that processes do not all return at the same moment.
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def aclose(self) -> None:
        await self.client.aclose()
        # Connections of cancelled calls are closing; their transports need a few more loop
        # iterations.
        # the event loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _is_away(self, exc: Exception) -> None:
        if not self.is_away:
            self.is_away = True
            logger.warning("Redis is away (%s); streams wait for it", type(exc).__name__)
            self.on_away()

    def _is_back(self) -> None:
        if self.is_away:
            self.is_away = False
            logger.warning("Redis is back; streams go on")


async def ended(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel the tasks until they have finished: a cancellation may be swallowed."""
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=0.05)


def _heed_cancellation() -> None:
    """redis-py swallows a cancellation while it connects or a reply arrives."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
