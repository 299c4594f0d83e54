"""Worker heartbeats, read by health. Times are the database's, the one clock for all machines."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from chat.kernel.conf import conf

FORGOTTEN_AFTER = timedelta(hours=1)
#: A worker that missed fewer is not dead: it beats with each look at the queue.
_LEAST_BEATS = 3


def _silent_after() -> timedelta:
    """A worker is dead when it loses its answers; a short lease still lets beats be late."""
    return timedelta(seconds=max(conf().lease_s, _LEAST_BEATS * conf().queue_poll_s))


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self) -> "WorkerHeartbeatQuerySet":
        return self.filter(seen_at__gte=Now() - _silent_after())

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
