"""PostgreSQL's search: a table of words in place of indexes over all messages.

For a million messages it takes about 100 CPU seconds. Until it is done nobody writes a message.
"""

from importlib import import_module

from django.db import migrations

from chat.conversations.search import tsvector_table

indexes = import_module("chat.migrations.0011_search_words")


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        tsvector_table.create(schema_editor.connection)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        tsvector_table.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("chat", "0013_feedback")]

    operations = [
        migrations.RunPython(indexes.drop_indexes, indexes.create),
        migrations.RunPython(create, drop),
    ]
