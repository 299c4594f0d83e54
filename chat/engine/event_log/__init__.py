"""The event log of this process: ``event_log()``. See ``base`` for what a log promises."""

from functools import cache

from chat.engine.event_log.base import Event, EventLog, LogEnded, LogUnavailable, UnknownSeq
from chat.engine.event_log.memory import MemoryEventLog
from chat.kernel.conf import conf

__all__ = ["Event", "EventLog", "LogEnded", "LogUnavailable", "UnknownSeq", "event_log"]


@cache
def event_log() -> EventLog:
    """The one log of this process, as the settings choose it."""
    if url := conf().redis_url:
        # Only now: a process of its own needs no Redis client (10 MiB).
        from chat.engine.event_log.redis import RedisEventLog

        return RedisEventLog(url, retention_s=conf().log_retention_s)
    return MemoryEventLog(retention_s=conf().log_retention_s)
