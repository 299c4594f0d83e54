"""Worker heartbeats, read by health checks. All times are by the database's clock."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from chat.kernel.conf import conf

FORGOTTEN_AFTER = timedelta(hours=1)
#: A live worker misses fewer beats than this; it beats with each look at the queue.
_LEAST_BEATS = 3


def _silent_after() -> timedelta:
    """As long as its leases, but never less than a few beats, so a late beat does no harm."""
    return timedelta(seconds=max(conf().lease_s, _LEAST_BEATS * conf().queue_poll_s))


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self) -> "WorkerHeartbeatQuerySet":
        return self.filter(seen_at__gte=Now() - _silent_after())

    def past(self) -> "WorkerHeartbeatQuerySet":
        """Workers stopped or dead long enough to be deleted."""
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
