"""Deleting a conversation: at once for its owner, for good after a time in which it can come back.

Views delete and restore; ``manage.py purge_deleted`` (and each start of Oliver) makes it final.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat.conversations.models import Conversation, Turn
from chat.conversations.stop import request_stop


def delete_conversation(conversation: Conversation) -> None:
    """Out of sight, for everybody who looks for it; an answer that is being written is stopped.
    Its shared links end for good.
    """
    for turn in Turn.objects.unfinished().filter(conversation=conversation):
        request_stop(turn)
    conversation.share_links.all().delete()  # who restores it has not shared it again
    Conversation.objects.filter(pk=conversation.pk, deleted_at=None).update(
        deleted_at=timezone.now()
    )


def restore_conversation(conversation: Conversation) -> None:
    """Back to where it was, with what its stopped answer had."""
    Conversation.objects.filter(pk=conversation.pk).update(deleted_at=None)


def purge_deleted(*, before: datetime) -> int:
    """Remove what was deleted before a moment, with all that hangs on it; returns how many."""
    doomed = Conversation.objects.filter(deleted_at__lt=before).values_list("pk", flat=True)
    return sum(_purge(pk, before=before) for pk in list(doomed))


@transaction.atomic
def _purge(pk: int, *, before: datetime) -> bool:
    # A worker that ends a turn now adds rows to it. The locks (on SQLite the transaction itself)
    # keep it from doing so between Django's look for all that hangs on the conversation and the
    # DELETEs: measured, it fails with a foreign key error otherwise.
    doomed = Conversation.objects.select_for_update().filter(pk=pk, deleted_at__lt=before).first()
    if doomed is None:
        return False  # it was restored
    list(Turn.objects.select_for_update().filter(conversation=doomed).values_list("pk"))
    doomed.delete()
    return True
