"""PostgreSQL's table of words, kept in step by triggers: what ``tsvector`` asks.

A row has the words of several messages of one conversation that follow each other, as the ids of
the first and the last of them say; a title has a row of its own with zeros. So a word is looked
for in as many rows as there are conversations, not messages, and a long conversation has more
rows, so that a new message changes no more words than a row takes. Rows may overlap: two writers
never wait for each other. No row holds words that are nowhere in its messages.

The words come from a function of ours, not from PostgreSQL's parser, which takes ``1020.320`` or a
file's name for one word; so all backends find the same. A migration calls ``create``.
"""

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from chat.conversations.search.terms import LONGEST_TERM

TABLE = "conversations_search"
#: A row that has so many words takes no more: a new message has this many to write at most.
ROW_WORDS = 600
#: A ``tsvector`` has at most a megabyte, and a character up to four bytes.
_INDEXED_CHARS = 200_000

_WORDS = """
CREATE OR REPLACE FUNCTION conversations_words(body text) RETURNS tsvector
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
#: More statistics than usual: the planner then knows of most words how common they are, and walks
#: the newest conversations for a common one instead of asking the index for all its places.
_CREATE = """
LOCK TABLE conversations_message, conversations_conversation IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE conversations_search (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation_id bigint NOT NULL,
  first_message bigint NOT NULL,
  last_message bigint NOT NULL,
  size int NOT NULL,
  words tsvector NOT NULL
);
ALTER TABLE conversations_search ALTER words SET STATISTICS 300;
CREATE AGGREGATE conversations_words_of_all(tsvector) (
  SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = ''
);

CREATE FUNCTION conversations_search_message_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said tsvector := conversations_words(new.text);
  place bigint;
BEGIN
  SELECT id INTO place FROM conversations_search
    WHERE conversation_id = new.conversation_id AND last_message > 0 AND size < {row_words}
    ORDER BY last_message DESC LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF place IS NULL THEN
    INSERT INTO conversations_search (conversation_id, first_message, last_message, size, words)
      VALUES (new.conversation_id, new.id, new.id, length(said), said);
  ELSE
    UPDATE conversations_search SET words = words || said, size = size + length(said),
      first_message = least(first_message, new.id), last_message = greatest(last_message, new.id)
      WHERE id = place;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_search_messages_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Of its own: the next statement then sees what others had written when this had waited for them.
  PERFORM FROM conversations_search AS held WHERE EXISTS (
      SELECT FROM before WHERE before.conversation_id = held.conversation_id
        AND before.id BETWEEN held.first_message AND held.last_message
    ) ORDER BY id FOR UPDATE;
  UPDATE conversations_search AS held SET words = (
      SELECT conversations_words_of_all(conversations_words(said.text))
        FROM conversations_message AS said
      WHERE said.conversation_id = held.conversation_id
        AND said.id BETWEEN held.first_message AND held.last_message
    ) WHERE EXISTS (
      SELECT FROM before WHERE before.conversation_id = held.conversation_id
        AND before.id BETWEEN held.first_message AND held.last_message
    );
  DELETE FROM conversations_search WHERE words = ''
    AND conversation_id IN (SELECT conversation_id FROM before);
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_search_title_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND new.title = old.title THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM conversations_search WHERE conversation_id = new.id AND last_message = 0;
  END IF;
  INSERT INTO conversations_search (conversation_id, first_message, last_message, size, words)
    SELECT new.id, 0, 0, 0, conversations_words(new.title) WHERE new.title <> '';
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_search_conversations_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE conversations_search;
  ELSE
    DELETE FROM conversations_search WHERE conversation_id = old.id;
  END IF;
  RETURN NULL;
END $$;
"""
_FILL = """
INSERT INTO conversations_search (conversation_id, first_message, last_message, size, words)
  SELECT id, 0, 0, 0, conversations_words(title) FROM conversations_conversation WHERE title <> '';
INSERT INTO conversations_search (conversation_id, first_message, last_message, size, words)
  SELECT conversation_id, min(id), max(id), sum(length(words)), conversations_words_of_all(words)
  FROM (
    SELECT conversation_id, id, words,
      sum(length(words)) OVER (PARTITION BY conversation_id ORDER BY id) / {row_words} AS part
    FROM (
      SELECT conversation_id, id, conversations_words(text) AS words FROM conversations_message
    ) AS said
  ) AS counted
  GROUP BY conversation_id, part;
CREATE INDEX conversations_search_words ON conversations_search USING gin (words);
CREATE INDEX conversations_search_conversation
  ON conversations_search (conversation_id, last_message);
ANALYZE conversations_search;
"""
_TRIGGERS = {
    "conversations_search_message_insert": (
        "AFTER INSERT ON conversations_message"
        " FOR EACH ROW EXECUTE FUNCTION conversations_search_message_added()"
    ),
    "conversations_search_message_update": (
        "AFTER UPDATE ON conversations_message REFERENCING OLD TABLE AS before"
        " FOR EACH STATEMENT EXECUTE FUNCTION conversations_search_messages_changed()"
    ),
    "conversations_search_message_delete": (
        "AFTER DELETE ON conversations_message REFERENCING OLD TABLE AS before"
        " FOR EACH STATEMENT EXECUTE FUNCTION conversations_search_messages_changed()"
    ),
    "conversations_search_title": (
        "AFTER INSERT OR UPDATE ON conversations_conversation"
        " FOR EACH ROW EXECUTE FUNCTION conversations_search_title_changed()"
    ),
    "conversations_search_delete": (
        "AFTER DELETE ON conversations_conversation"
        " FOR EACH ROW EXECUTE FUNCTION conversations_search_conversations_gone()"
    ),
    "conversations_search_truncate": (
        "AFTER TRUNCATE ON conversations_conversation"
        " FOR EACH STATEMENT EXECUTE FUNCTION conversations_search_conversations_gone()"
    ),
}
_FUNCTIONS = (
    "FUNCTION conversations_search_message_added()",
    "FUNCTION conversations_search_messages_changed()",
    "FUNCTION conversations_search_title_changed()",
    "FUNCTION conversations_search_conversations_gone()",
    "AGGREGATE conversations_words_of_all(tsvector)",
)


def create(on: BaseDatabaseWrapper) -> None:
    """The table with the words of all there is, and its triggers. In a transaction: it locks."""
    with on.cursor() as cursor:
        create_words(cursor)
        cursor.execute(_CREATE.format(row_words=ROW_WORDS))
        cursor.execute(_FILL.format(row_words=ROW_WORDS))
        for name, what in _TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER {name} {what}")


def install(on: BaseDatabaseWrapper) -> None:
    """Make the table if there is none yet. Called after each ``migrate``."""
    if TABLE not in on.introspection.table_names():
        with transaction.atomic(using=on.alias):
            create(on)


def drop(on: BaseDatabaseWrapper) -> None:
    """All but ``conversations_words``."""
    with on.cursor() as cursor:
        for name, what in _TRIGGERS.items():
            table = (
                "conversations_message"
                if " ON conversations_message " in what
                else "conversations_conversation"
            )
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        for what in _FUNCTIONS:
            cursor.execute(f"DROP {what.replace(' ', ' IF EXISTS ', 1)}")


def create_words(cursor: Any) -> None:
    """The function that tells the words of a text."""
    cursor.execute(
        _WORDS.format(
            longest_term=LONGEST_TERM, indexed_chars=_INDEXED_CHARS, collate=_collation(cursor)
        )
    )


def _collation(cursor: Any) -> str:
    """Which letters are one another's capitals: a database of the locale C knows ASCII only."""
    cursor.execute(
        "SELECT datctype IN ('C', 'POSIX') AND EXISTS"
        " (SELECT FROM pg_collation WHERE collname = 'und-x-icu')"
        " FROM pg_database WHERE datname = current_database()"
    )
    (needs_icu,) = cursor.fetchone()
    return ' COLLATE "und-x-icu"' if needs_icu else ""
