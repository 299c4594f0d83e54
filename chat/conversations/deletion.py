"""Soft deletion of conversations, and their final removal after the retention time.

Views delete and restore; ``manage.py purge_deleted`` (also run by ``prepare``) erases.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat.conversations.models import Conversation, Turn
from chat.conversations.stop import request_stop


def delete_conversation(conversation: Conversation) -> None:
    """Also stops a live answer and revokes share links for good."""
    for turn in Turn.objects.unfinished().filter(conversation=conversation):
        request_stop(turn)
    conversation.share_links.all().delete()  # restoring does not share it again
    Conversation.objects.filter(pk=conversation.pk, deleted_at=None).update(
        deleted_at=timezone.now()
    )


def restore_conversation(conversation: Conversation) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(deleted_at=None)


def purge_deleted(*, before: datetime) -> int:
    """Erase what was deleted before a moment; returns the number of conversations."""
    doomed = Conversation.objects.filter(deleted_at__lt=before).values_list("pk", flat=True)
    return sum(_purge(pk, before=before) for pk in list(doomed))


@transaction.atomic
def _purge(pk: int, *, before: datetime) -> bool:
    # A worker that ends a turn adds rows. The locks (on SQLite the transaction) keep it out between
    # Django's collection of related rows and the DELETEs, which otherwise fail with a foreign key
    # error (observed).
    doomed = Conversation.objects.select_for_update().filter(pk=pk, deleted_at__lt=before).first()
    if doomed is None:
        return False  # it was restored
    list(Turn.objects.select_for_update().filter(conversation=doomed).values_list("pk"))
    doomed.delete()
    return True
