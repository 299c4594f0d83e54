"""PostgreSQL's first search indexes, one over all messages; ``0014`` has a table in their place."""

from django.db import migrations

from chat.conversations.search import tsvector_table

_INDEXES = {
    "chat_message_words": "chat_message USING gin (chat_words(text))",
    "chat_conversation_words": "chat_conversation USING gin (chat_words(title))",
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            tsvector_table.create_words(cursor)
            for name, on_what in _INDEXES.items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on_what}")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        drop_indexes(apps, schema_editor)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS chat_words(text)")


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for name in _INDEXES:
                cursor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_status_messages")]

    operations = [migrations.RunPython(create, drop)]
