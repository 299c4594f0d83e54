"""Workers say that they are alive, wherever they run; health reads it."""

from datetime import datetime, timedelta

from django.db import models

#: A worker beats every few seconds; one that was silent for so long is not there.
SILENT_AFTER = timedelta(seconds=15)


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    """Questions about workers."""

    def alive(self, now: datetime) -> "WorkerHeartbeatQuerySet":
        return self.filter(seen_at__gte=now - SILENT_AFTER)


class WorkerHeartbeat(models.Model):
    """The last sign of life of one worker process."""

    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    live_turns = models.PositiveIntegerField(default=0)

    objects = WorkerHeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
