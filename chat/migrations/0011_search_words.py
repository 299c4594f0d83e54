"""PostgreSQL's search indexes. They are over an expression, so Django's state does not hold them."""

from django.db import migrations

from chat.search import tsvector


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        tsvector.create(schema_editor.connection)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        tsvector.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_status_messages")]

    operations = [migrations.RunPython(create, drop)]
