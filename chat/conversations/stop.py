"""Requesting a stop: stored first, then signalled to the worker."""

from django.utils import timezone

from chat.conversations.models import Turn
from chat.engine.doorbell import ring


def request_stop(turn: Turn) -> None:
    """Idempotent; no effect on an ended turn."""
    asked = (
        Turn.objects.unfinished()
        .filter(pk=turn.pk, stop_requested_at=None)
        .update(stop_requested_at=timezone.now())
    )
    if asked:
        # Read after the write: a worker that claims the turn later sees the request itself.
        owner = Turn.objects.values_list("lease_owner", flat=True).get(pk=turn.pk)
        ring("turn.stop", turn.pk, worker_name=owner)
