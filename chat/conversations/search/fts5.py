"""SQLite: one FTS5 table over titles and messages, kept in step by triggers.

A row's id tells its conversation without a join: ``conversation << 32``, plus the message's id for
a message and nothing for the title. ``owner`` is a word of the index (``o12``), but no search asks
for it: to join one user's million messages with a word takes ten times as long as the word alone
(measured: 14 ms and 1.4 ms), and who has few is not searched by the index (``finding``).
The index holds the texts itself: a row is then removed by its id alone, whatever became of the
text in between.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search.terms import is_whole_word

TABLE = "conversations_search"
WALKS = False
#: Of one conversation no more messages are looked at for the best place to show.
_MOST_MESSAGES = 8

_CREATE = (
    "CREATE VIRTUAL TABLE conversations_search USING fts5("
    "owner, body, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
)
_INSERT_MESSAGE = (
    "INSERT INTO conversations_search (rowid, owner, body)"
    " SELECT (new.conversation_id << 32) + new.id, 'o' || owner_id, new.text"
    " FROM conversations_conversation WHERE id = new.conversation_id"
)
_DELETE_MESSAGE = (
    "DELETE FROM conversations_search WHERE rowid = (old.conversation_id << 32) + old.id"
)
_TRIGGERS = {
    "conversations_search_message_insert": (
        f"AFTER INSERT ON conversations_message BEGIN {_INSERT_MESSAGE}; END"
    ),
    "conversations_search_message_delete": (
        f"AFTER DELETE ON conversations_message BEGIN {_DELETE_MESSAGE}; END"
    ),
    "conversations_search_message_update": (
        "AFTER UPDATE OF text ON conversations_message WHEN old.text IS NOT new.text"
        f" BEGIN {_DELETE_MESSAGE}; {_INSERT_MESSAGE}; END"
    ),
    "conversations_search_title_insert": (
        "AFTER INSERT ON conversations_conversation BEGIN"
        " INSERT INTO conversations_search (rowid, owner, body)"
        " VALUES (new.id << 32, 'o' || new.owner_id, new.title); END"
    ),
    "conversations_search_title_delete": (
        "AFTER DELETE ON conversations_conversation"
        " BEGIN DELETE FROM conversations_search WHERE rowid = old.id << 32; END"
    ),
    "conversations_search_title_update": (
        "AFTER UPDATE OF title ON conversations_conversation WHEN old.title IS NOT new.title"
        " BEGIN UPDATE conversations_search SET body = new.title WHERE rowid = new.id << 32; END"
    ),
}
_FILL = (
    "DELETE FROM conversations_search",
    "INSERT INTO conversations_search (rowid, owner, body)"
    " SELECT id << 32, 'o' || owner_id, title FROM conversations_conversation",
    "INSERT INTO conversations_search (rowid, owner, body)"
    " SELECT (m.conversation_id << 32) + m.id, 'o' || c.owner_id, m.text"
    " FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id",
)


def matching(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int
) -> ConversationQuerySet:
    """Those of ``conversations``, which are the owner's, with every term in title or messages."""
    one = f"SELECT rowid >> 32 FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 (a constant)
    sql = " INTERSECT ".join([one] * len(terms))
    params = [f"body : {_prefix(term)}" for term in terms]
    return conversations.filter(pk__in=RawSQL(sql, params))  # noqa: S611 (values are parameters)


def message_ids(conversation_ids: Sequence[int], terms: Sequence[str]) -> list[int]:
    """The first messages of each conversation that hold any of the terms.

    One look for all: a prefix costs the same whether one conversation is asked for or all
    (measured with 60,000 messages: 40 looks take 200 ms, this one 20 ms).
    """
    any_term = " OR ".join(map(_prefix, terms))
    marks = ", ".join(["%s"] * len(conversation_ids))
    sql = (
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 (constants and marks)
        f" AND rowid >> 32 IN ({marks}) AND rowid & 4294967295 > 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"body : ({any_term})", *conversation_ids])
        rows = [divmod(rowid, 1 << 32) for (rowid,) in cursor.fetchall()]
    return [message_id for _, message_id in _first_of_each(rows)]


def _first_of_each(rows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for _, messages in groupby(sorted(rows), key=itemgetter(0)):
        yield from islice(messages, _MOST_MESSAGES)


def install(on: BaseDatabaseWrapper) -> None:
    """Make what is missing of the table and its triggers; then fill it anew.

    Called after each ``migrate``: when Django alters a table on SQLite it makes it anew, and the
    triggers are gone without a word.
    """
    tables = on.introspection.table_names()
    if not {"conversations_message", "conversations_conversation"} <= set(tables):
        return
    with on.cursor() as cursor:
        missing = [name for name in _TRIGGERS if name not in _names(cursor)]
        if TABLE not in tables:
            cursor.execute(_CREATE)
        elif not missing:
            return
        for name in missing:
            cursor.execute(f"CREATE TRIGGER {name} {_TRIGGERS[name]}")
        for statement in _FILL:
            cursor.execute(statement)


def pause(on: BaseDatabaseWrapper) -> None:
    """Drop the triggers: SQLite renames no table while a trigger names one that is not there."""
    with on.cursor() as cursor:
        for name in _TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _names(cursor: object) -> set[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")  # type: ignore[attr-defined]
    return {name for (name,) in cursor.fetchall()}  # type: ignore[attr-defined]


def _prefix(term: str) -> str:
    """Terms are letters and digits only (``terms_of``); quoted, none is an operator."""
    return f'"{term}"' if is_whole_word(term) else f'"{term}" *'
