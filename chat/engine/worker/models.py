"""Worker heartbeats, read by health. Times are the database's, the one clock for all machines."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

#: A worker beats every few seconds; after this silence it counts as dead.
SILENT_AFTER = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(hours=1)


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self) -> "WorkerHeartbeatQuerySet":
        return self.filter(seen_at__gte=Now() - SILENT_AFTER)

    def past(self) -> "WorkerHeartbeatQuerySet":
        """Of workers stopped or dead for so long that nobody asks for them."""
        return self.filter(seen_at__lt=Now() - FORGOTTEN_AFTER)

    def beat(self, name: str, *, live_turns: int) -> None:
        if not self.filter(name=name).update(seen_at=Now(), live_turns=live_turns):
            self.create(name=name, started_at=Now(), seen_at=Now(), live_turns=live_turns)


class WorkerHeartbeat(models.Model):
    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    live_turns = models.PositiveIntegerField(default=0)

    objects = WorkerHeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
