"""The event log of this process: ``event_log()``. ``base`` defines the contract."""

from functools import cache

from chat.engine.event_log.base import Event, EventLog, LogEnded, LogUnavailable, UnknownSeq
from chat.engine.event_log.memory import MemoryEventLog
from chat.kernel.conf import conf

__all__ = ["Event", "EventLog", "LogEnded", "LogUnavailable", "UnknownSeq", "event_log"]


@cache
def event_log() -> EventLog:
    if url := conf().redis_url:
        # Imported late: without Redis there is no need for its client (10 MiB).
        from chat.engine.event_log.redis import RedisEventLog

        return RedisEventLog(url, retention_s=conf().log_retention_s)
    return MemoryEventLog(retention_s=conf().log_retention_s)
