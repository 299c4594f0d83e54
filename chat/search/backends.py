"""Which backend searches: FTS5 on SQLite, LIKE elsewhere. PostgreSQL's full text would join here.

A backend has ``matching`` and ``message_ids``; one that needs a table of its own is told around
each ``migrate`` (``pause``, ``install``, see ``chat.apps``).
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from django.db import connection, connections

from chat.models import Message
from chat.models.conversation import ConversationQuerySet
from chat.search import fts5, plain
from chat.search.marks import count_of


def backend() -> ModuleType:
    return fts5 if connection.vendor == "sqlite" else plain


def matching(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int
) -> ConversationQuerySet:
    """Those of the owner's conversations that have every term; none without a term."""
    if not terms:
        return conversations.none()
    found: ConversationQuerySet = backend().matching(conversations, terms, owner_id=owner_id)
    return found


def found_in(conversation_ids: Sequence[int], terms: Sequence[str]) -> dict[int, str]:
    """The text to show of each conversation: the message with the most terms, the first of such.

    Conversations of which only the title has them are left out.
    """
    if not terms or not conversation_ids:
        return {}
    ids = backend().message_ids(conversation_ids, terms)
    best: dict[int, tuple[int, str]] = {}
    texts = Message.objects.filter(pk__in=ids).order_by("pk")
    for conversation_id, text in texts.values_list("conversation_id", "text"):
        count = count_of(text, terms)
        if count > best.get(conversation_id, (0, ""))[0]:
            best[conversation_id] = (count, text)
    return {conversation_id: text for conversation_id, (_, text) in best.items()}


def install(*, using: str, **_: Any) -> None:
    """After ``migrate``: a signal receiver."""
    if connections[using].vendor == "sqlite":
        fts5.install(connections[using])


def pause(*, using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    """Before ``migrate``, if there is anything to do: a signal receiver."""
    if plan and connections[using].vendor == "sqlite":
        fts5.pause(connections[using])
