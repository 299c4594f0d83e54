"""Which backend searches: FTS5 on SQLite, full text on PostgreSQL, LIKE elsewhere.

A backend has ``matching`` and ``FINDS_COMMON_WORDS``: whether it finds a common word by itself
among the newest conversations (else ``query`` reads them). One whose triggers Django loses is told
around each ``migrate`` (``pause``, ``install``, see ``chat.conversations.apps``).
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
    """Those that have every term in their title or messages; none without a term."""
    if not terms:
        return conversations.none()
    found: ConversationQuerySet = backend().matching(conversations, terms)
    return found


def install(*, using: str, **_: object) -> None:
    """After ``migrate``: a signal receiver. What is derived is made here, by no migration."""
    on = connections[using]
    index = {"sqlite": fts5, "postgresql": tsvector_schema}.get(on.vendor)
    tables = on.introspection.table_names()
    if index is None or SearchText._meta.db_table not in tables:
        return
    if index.TABLE not in tables:
        SearchText.objects.using(using).keep_all()
    index.install(on)


def pause(*, using: str, plan: Sequence[object] = (), **_: object) -> None:
    """Before ``migrate``, if there is anything to do: a signal receiver."""
    if plan and connections[using].vendor == "sqlite":
        fts5.pause(connections[using])
