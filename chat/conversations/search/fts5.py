"""SQLite: an FTS5 index over the stored words, kept in step by triggers.

A row's id tells its conversation without a join: the upper half of ``SearchText.id``. No search
asks whose it is: to join one user's million messages with a word takes ten times as long as the
word alone (measured: 14 ms and 1.4 ms), and who has few is not searched by the index (``query``).
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search.terms import Term

TABLE = "conversations_search"
FINDS_COMMON_WORDS = False

_SOURCE = "conversations_searchtext"
#: Words are normalised and stand between blanks; to this tokenizer all else is letters.
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
    """Those of the conversations with every term in title or messages."""
    one = f"SELECT rowid >> 32 FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 (a constant)
    sql = " INTERSECT ".join([one] * len(terms))
    params = [_query(term) for term in terms]
    return conversations.filter(pk__in=RawSQL(sql, params))  # noqa: S611 (values are parameters)


def _query(term: Term) -> str:
    """Words are letters and digits only (``search_words``); quoted, none is an operator."""
    return f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")


def install(on: BaseDatabaseWrapper) -> None:
    """Make what is missing of the index and its triggers; then fill it anew.

    Called after each ``migrate``: when Django alters a table on SQLite it makes it anew, and the
    triggers are gone without a word.
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
    """Drop the triggers: SQLite renames no table while a trigger names one that is not there."""
    with on.cursor() as cursor:
        for name in _TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _names(cursor: object) -> set[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")  # type: ignore[attr-defined]
    return {name for (name,) in cursor.fetchall()}  # type: ignore[attr-defined]
