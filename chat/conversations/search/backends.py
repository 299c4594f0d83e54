"""Selects the search backend: FTS5 on SQLite, tsvector on PostgreSQL, LIKE elsewhere.

Each has ``matching`` and ``FINDS_COMMON_WORDS``, which says whether its index finds common words
quickly (if not, ``query`` reads the newest conversations instead). ``pause`` and ``install`` run
around every ``migrate``, because Django drops SQLite triggers (see ``chat.conversations.apps``).
"""

from collections.abc import Sequence
from types import ModuleType

from django.db import connection, connections

from chat.conversations.models import SearchText
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search import fts5, like, tsvector, tsvector_schema
from chat.conversations.search.terms import Term


def backend() -> ModuleType:
    return {"sqlite": fts5, "postgresql": tsvector}.get(connection.vendor, like)


def matching(conversations: ConversationQuerySet, terms: Sequence[Term]) -> ConversationQuerySet:
    """Conversations with every term in the title or a message; none without a term."""
    if not terms:
        return conversations.none()
    found: ConversationQuerySet = backend().matching(conversations, terms)
    return found


def install(*, using: str, **_: object) -> None:
    """Receives ``post_migrate``. No migration builds the index, because its content is derived."""
    on = connections[using]
    index = {"sqlite": fts5, "postgresql": tsvector_schema}.get(on.vendor)
    tables = on.introspection.table_names()
    if index is None or SearchText._meta.db_table not in tables:
        return
    if index.TABLE not in tables:
        SearchText.objects.using(using).keep_all()
    index.install(on)


def pause(*, using: str, plan: Sequence[object] = (), **_: object) -> None:
    """Receives ``pre_migrate``; does nothing if no migration is pending."""
    if plan and connections[using].vendor == "sqlite":
        fts5.pause(connections[using])
