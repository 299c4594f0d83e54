"""SQLite: an FTS5 index over the stored words, maintained by triggers.

The upper half of ``SearchText.id`` is the conversation's id, so no join is needed. Queries are not
limited to one user: joining a user's million messages with a word takes ten times as long as the
word alone (14 ms against 1.4 ms), and users with few conversations never reach the index (see
``query``).
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search.terms import Term

TABLE = "conversations_search"
FINDS_COMMON_WORDS = False

_SOURCE = "conversations_searchtext"
#: Words are already normalised and separated by spaces, so every other character is part of a word.
_CREATE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content = '{_SOURCE}', content_rowid = 'id',"
    " tokenize = 'ascii', prefix = '2 3')"
)
_ADD = f"INSERT INTO {TABLE} (rowid, words) VALUES (new.id, new.words);"  # noqa: S608
_REMOVE = f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', old.id, old.words);"  # noqa: S608
_TRIGGERS = {
    "conversations_search_insert": f"AFTER INSERT ON {_SOURCE} BEGIN {_ADD} END",
    "conversations_search_delete": f"AFTER DELETE ON {_SOURCE} BEGIN {_REMOVE} END",
    "conversations_search_update": (
        f"AFTER UPDATE ON {_SOURCE} WHEN old.words IS NOT new.words BEGIN {_REMOVE} {_ADD} END"
    ),
}
_FILL = f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')"  # noqa: S608


def matching(conversations: ConversationQuerySet, terms: Sequence[Term]) -> ConversationQuerySet:
    one = f"SELECT rowid >> 32 FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 (a constant)
    sql = " INTERSECT ".join([one] * len(terms))
    params = [_query(term) for term in terms]
    return conversations.filter(pk__in=RawSQL(sql, params))  # noqa: S611 (values are parameters)


def _query(term: Term) -> str:
    """Words contain only letters and digits (``search_words``); quoting keeps them from being
    operators.
    """
    return f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")


def install(on: BaseDatabaseWrapper) -> None:
    """Create whatever is missing of the index and its triggers, then refill it.

    Runs after each ``migrate``: Django alters SQLite tables by recreating them, which silently
    drops their triggers.
    """
    tables = on.introspection.table_names()
    with on.cursor() as cursor:
        missing = [name for name in _TRIGGERS if name not in _names(cursor)]
        if TABLE not in tables:
            cursor.execute(_CREATE)
        elif not missing:
            return
        for name in missing:
            cursor.execute(f"CREATE TRIGGER {name} {_TRIGGERS[name]}")
        cursor.execute(_FILL)


def pause(on: BaseDatabaseWrapper) -> None:
    """Drop the triggers: SQLite renames no table while a trigger refers to a missing one."""
    with on.cursor() as cursor:
        for name in _TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _names(cursor: object) -> set[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")  # type: ignore[attr-defined]
    return {name for (name,) in cursor.fetchall()}  # type: ignore[attr-defined]
