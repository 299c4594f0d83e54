"""Which backend searches: FTS5 on SQLite, full text on PostgreSQL, LIKE elsewhere.

A backend has ``matching``, ``message_ids`` and ``WALKS``: whether it finds a common word by itself
among the newest conversations (else ``finding`` reads them). One whose triggers Django loses is
told around each ``migrate`` (``pause``, ``install``, see ``chat.conversations.apps``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.db import connection, connections

from chat.conversations.models import Message
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search import fts5, plain, tsvector, tsvector_table
from chat.conversations.search.marks import count_of


@dataclass(frozen=True)
class Found:
    """The message of a conversation that is shown."""

    message_id: int
    text: str


def backend() -> ModuleType:
    return {"sqlite": fts5, "postgresql": tsvector}.get(connection.vendor, plain)


def matching(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int
) -> ConversationQuerySet:
    """Those of the owner's conversations that have every term; none without a term."""
    if not terms:
        return conversations.none()
    found: ConversationQuerySet = backend().matching(conversations, terms, owner_id=owner_id)
    return found


def found_in(conversation_ids: Sequence[int], terms: Sequence[str]) -> dict[int, Found]:
    """What to show of each conversation: the message with the most terms, the first of such.

    Conversations of which only the title has them are left out.
    """
    if not terms or not conversation_ids:
        return {}
    ids = backend().message_ids(conversation_ids, terms)
    best: dict[int, tuple[int, Found]] = {}
    texts = Message.objects.filter(pk__in=ids).order_by("pk")
    for conversation_id, pk, text in texts.values_list("conversation_id", "pk", "text"):
        count = count_of(text, terms)
        if conversation_id not in best or count > best[conversation_id][0]:
            best[conversation_id] = (count, Found(pk, text))
    return {each: found for each, (count, found) in best.items() if count}


def install(*, using: str, **_: Any) -> None:
    """After ``migrate``: a signal receiver. An index is derived, so no migration makes it."""
    on = connections[using]
    if on.vendor == "sqlite":
        fts5.install(on)
    elif on.vendor == "postgresql":
        tsvector_table.install(on)


def pause(*, using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    """Before ``migrate``, if there is anything to do: a signal receiver."""
    if plan and connections[using].vendor == "sqlite":
        fts5.pause(connections[using])
