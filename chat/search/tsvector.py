"""PostgreSQL: GIN indexes over the words of titles and messages.

The words come from a function of ours, not from PostgreSQL's parser, which takes ``1020.320`` or a
file's name for one word; so all backends find the same. Indexes follow every change by themselves.
A migration calls ``create``.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from chat.models.conversation import ConversationQuerySet
from chat.search.terms import LONGEST_TERM, is_whole_word

#: Of one conversation no more messages are looked at for the best place to show.
_MOST_MESSAGES = 8
#: A ``tsvector`` has at most a megabyte, and a character up to four bytes.
_INDEXED_CHARS = 200_000

_CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION chat_words(body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT array_to_tsvector(array(
    SELECT DISTINCT left(word, {longest_term}) FROM regexp_split_to_table(
      lower(regexp_replace(
        normalize(left(body, {indexed_chars}), NFD), U&'[\\0300-\\036f]', '', 'g'
      ){collate}),
      '[^[:alnum:]]+'
    ) AS word WHERE word <> ''
  ))
$$
"""
_INDEXES = {
    "chat_message_words": "chat_message USING gin (chat_words(text))",
    "chat_conversation_words": "chat_conversation USING gin (chat_words(title))",
}
_WITH_TERM = (
    "(SELECT conversation_id FROM chat_message WHERE chat_words(text) @@ %s::tsquery"
    " UNION SELECT id FROM chat_conversation WHERE chat_words(title) @@ %s::tsquery)"
)
_MESSAGES = """
WITH holding AS MATERIALIZED (
  SELECT id, conversation_id FROM chat_message WHERE chat_words(text) @@ %s::tsquery
), numbered AS (
  SELECT id, row_number() OVER (PARTITION BY conversation_id ORDER BY id) AS number
  FROM holding WHERE conversation_id = ANY(%s)
)
SELECT id FROM numbered WHERE number <= %s
"""


def matching(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int
) -> ConversationQuerySet:
    """Those of ``conversations``, which are the owner's, with every term in title or messages."""
    sql = " INTERSECT ".join([_WITH_TERM] * len(terms))
    params = [query for term in terms for query in [_query(term)] * 2]
    return conversations.filter(pk__in=RawSQL(sql, params))  # noqa: S611 (values are parameters)


def message_ids(conversation_ids: Sequence[int], terms: Sequence[str]) -> list[int]:
    """The first messages of each conversation that hold any of the terms."""
    any_term = " | ".join(map(_query, terms))
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [any_term, list(conversation_ids), _MOST_MESSAGES])
        return [message_id for (message_id,) in cursor.fetchall()]


def create(on: BaseDatabaseWrapper) -> None:
    with on.cursor() as cursor:
        function = _CREATE_FUNCTION.format(
            longest_term=LONGEST_TERM, indexed_chars=_INDEXED_CHARS, collate=_collation(cursor)
        )
        cursor.execute(function)
        for name, on_what in _INDEXES.items():
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on_what}")


def drop(on: BaseDatabaseWrapper) -> None:
    with on.cursor() as cursor:
        for name in _INDEXES:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
        cursor.execute("DROP FUNCTION IF EXISTS chat_words(text)")


def _collation(cursor: object) -> str:
    """Which letters are one another's capitals: a database of the locale C knows ASCII only."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT datctype IN ('C', 'POSIX') AND EXISTS"
        " (SELECT FROM pg_collation WHERE collname = 'und-x-icu')"
        " FROM pg_database WHERE datname = current_database()"
    )
    (needs_icu,) = cursor.fetchone()  # type: ignore[attr-defined]
    return ' COLLATE "und-x-icu"' if needs_icu else ""


def _query(term: str) -> str:
    """Terms are letters and digits only (``terms_of``); quoted, none is an operator."""
    return f"'{term}'" if is_whole_word(term) else f"'{term}':*"
