"""The library's full-text table. It is no model, so Django's migration state does not hold it."""

from django.db import migrations

from chat.library.retrieval import full_text as fts


def create(apps, schema_editor):
    fts.create(schema_editor.connection)


def drop(apps, schema_editor):
    fts.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
