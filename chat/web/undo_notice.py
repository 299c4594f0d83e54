"""The "Deleted … Undo" line at the top of a page, requested with ``?undo=<conversation id>``.

The address only offers what the owner may do anyway, so it is safe to reload, keep or share.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from chat.conversations.models import Conversation
from chat.web.request_values import parse_id

_TITLE_MAX_CHARS = 60


@dataclass(frozen=True)
class UndoNotice:
    sentence: str
    undo_url: str


def undo_notice(user: User, conversation_id: int) -> UndoNotice | None:
    """None if the user has no such conversation, or it is neither deleted nor archived."""
    mine = Conversation.objects.filter(owner=user, pk=conversation_id)
    conversation = mine.only("title", "deleted_at", "archived_at").first()
    if conversation is None:
        return None
    title = Truncator(str(conversation)).chars(_TITLE_MAX_CHARS)
    if conversation.deleted_at is not None:
        undo = reverse("conversation-restore", args=[conversation.pk])
        return UndoNotice(_("Deleted “{title}”.").format(title=title), undo)
    if conversation.archived_at is not None:
        undo = reverse("conversation-unarchive", args=[conversation.pk])
        return UndoNotice(_("Archived “{title}”.").format(title=title), undo)
    return None


def undo_notice_from_query(user: User, undo: str) -> UndoNotice | None:
    conversation_id = parse_id(undo)
    return undo_notice(user, conversation_id) if conversation_id is not None else None
