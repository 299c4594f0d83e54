"""PostgreSQL's search table, maintained by triggers and queried by ``tsvector``.

A row has the words of several consecutive messages of one conversation, from ``first_message`` to
``last_message``; a title has its own row, with zeros. The number of rows per word thus grows with
the conversations, not the messages, and long conversations are split so that a new message updates
a row of limited size. Rows may overlap, so two writers never wait for each other. A row never
contains a word that none of its messages has.

The words come from ``SearchText`` instead of PostgreSQL's parser, which treats ``1020.320`` and
file names as one word, so all backends find the same.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "conversations_search"
#: A row with this many words is full, which limits what a new message has to rewrite.
ROW_WORDS = 600

#: Detailed statistics tell the planner which words are common; for those it scans the newest
#: conversations instead of the index.
_CREATE = """
LOCK TABLE conversations_searchtext IN SHARE ROW EXCLUSIVE MODE;
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

CREATE FUNCTION conversations_words(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT array_to_tsvector(string_to_array(btrim(words), ' '))
$$;

CREATE FUNCTION conversations_search_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said tsvector := conversations_words(new.words);
  message bigint := coalesce(new.message_id, 0);
  place bigint;
BEGIN
  SELECT id INTO place FROM conversations_search
    WHERE conversation_id = new.conversation_id AND last_message > 0 AND size < {row_words}
      AND message > 0
    ORDER BY last_message DESC LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF place IS NULL THEN
    INSERT INTO conversations_search (conversation_id, first_message, last_message, size, words)
      VALUES (new.conversation_id, message, message, length(said), said);
  ELSE
    UPDATE conversations_search SET words = words || said, size = size + length(said),
      first_message = least(first_message, message), last_message = greatest(last_message, message)
      WHERE id = place;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A separate statement, so that the next one sees what was committed while this one waited.
  PERFORM FROM conversations_search AS held WHERE EXISTS (
      SELECT FROM before WHERE before.conversation_id = held.conversation_id
        AND coalesce(before.message_id, 0) BETWEEN held.first_message AND held.last_message
    ) ORDER BY id FOR UPDATE;
  UPDATE conversations_search AS held SET words = (
      SELECT conversations_words_of_all(conversations_words(said.words))
      FROM conversations_searchtext AS said
      WHERE said.conversation_id = held.conversation_id
        AND coalesce(said.message_id, 0) BETWEEN held.first_message AND held.last_message
    ) WHERE EXISTS (
      SELECT FROM before WHERE before.conversation_id = held.conversation_id
        AND coalesce(before.message_id, 0) BETWEEN held.first_message AND held.last_message
    );
  DELETE FROM conversations_search AS held WHERE words = ''
    AND conversation_id IN (SELECT conversation_id FROM before)
    AND NOT EXISTS (
      SELECT FROM conversations_searchtext AS said WHERE said.conversation_id = held.conversation_id
        AND coalesce(said.message_id, 0) BETWEEN held.first_message AND held.last_message
    );
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_search_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE conversations_search;
  RETURN NULL;
END $$;
"""
_FILL = """
INSERT INTO conversations_search (conversation_id, first_message, last_message, size, words)
  SELECT conversation_id, min(message), max(message), sum(length(words)),
    conversations_words_of_all(words)
  FROM (
    SELECT conversation_id, message, words,
      CASE WHEN message = 0 THEN -1 ELSE
        sum(length(words)) OVER (PARTITION BY conversation_id ORDER BY message) / {row_words}
      END AS part
    FROM (
      SELECT conversation_id, coalesce(message_id, 0) AS message,
        conversations_words(words) AS words
      FROM conversations_searchtext
    ) AS said
  ) AS counted
  GROUP BY conversation_id, part;
CREATE INDEX conversations_search_words ON conversations_search USING gin (words);
CREATE INDEX conversations_search_conversation
  ON conversations_search (conversation_id, last_message);
ANALYZE conversations_search;
"""
_TRIGGERS = """
CREATE TRIGGER conversations_search_insert AFTER INSERT ON conversations_searchtext
  FOR EACH ROW EXECUTE FUNCTION conversations_search_added();
CREATE TRIGGER conversations_search_update AFTER UPDATE ON conversations_searchtext
  REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION conversations_search_changed();
CREATE TRIGGER conversations_search_delete AFTER DELETE ON conversations_searchtext
  REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION conversations_search_changed();
CREATE TRIGGER conversations_search_truncate AFTER TRUNCATE ON conversations_searchtext
  FOR EACH STATEMENT EXECUTE FUNCTION conversations_search_emptied();
"""
_DROP = """
DROP FUNCTION IF EXISTS conversations_search_added, conversations_search_changed,
  conversations_search_emptied CASCADE;
DROP TABLE IF EXISTS conversations_search;
DROP AGGREGATE IF EXISTS conversations_words_of_all(tsvector);
DROP FUNCTION IF EXISTS conversations_words(text);
"""


def create(on: BaseDatabaseWrapper) -> None:
    """Create and fill the table. Call it in a transaction: it locks."""
    with on.cursor() as cursor:
        for statements in (_CREATE, _FILL, _TRIGGERS):
            cursor.execute(statements.format(row_words=ROW_WORDS))


def install(on: BaseDatabaseWrapper) -> None:
    """Runs after each ``migrate``; does nothing if the table exists."""
    if TABLE not in on.introspection.table_names():
        with transaction.atomic(using=on.alias):
            create(on)


def drop(on: BaseDatabaseWrapper) -> None:
    with on.cursor() as cursor:
        cursor.execute(_DROP)
