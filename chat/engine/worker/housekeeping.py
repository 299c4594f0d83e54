"""Housekeeping: deletes expired rows. Every worker runs it periodically."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from chat.accounts.models import RequestCount
from chat.conversations.deletion import purge_deleted
from chat.engine.worker.models import WorkerHeartbeat
from chat.kernel.conf import conf

_MINUTE_S = 60
#: A counter counts for one minute.
_COUNTED_MINUTES = 60


def tidy() -> None:
    """Delete dead workers, old counters, expired sessions and anything deleted long enough ago."""
    now = timezone.now()
    WorkerHeartbeat.objects.past().delete()
    oldest_minute = int(now.timestamp() // _MINUTE_S) - _COUNTED_MINUTES
    RequestCount.objects.filter(minute__lt=oldest_minute).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    purge_deleted(before=now - timedelta(days=conf().deleted_kept_days))
