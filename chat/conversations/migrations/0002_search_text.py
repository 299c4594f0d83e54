"""Words that Python normalises, in a table of their own; ``search.install`` fills and indexes it."""

import django.db.models.deletion
from django.db import migrations, models

_OLD_SQLITE = [
    *(
        f"DROP TRIGGER IF EXISTS conversations_search_{name}"
        for name in (
            "message_insert", "message_delete", "message_update",
            "title_insert", "title_delete", "title_update",
        )
    ),
    "DROP TABLE IF EXISTS conversations_search",
]  # fmt: skip
_OLD_POSTGRESQL = [
    "DROP FUNCTION IF EXISTS conversations_search_message_added,"
    " conversations_search_messages_changed, conversations_search_title_changed,"
    " conversations_search_conversations_gone CASCADE",
    "DROP TABLE IF EXISTS conversations_search",
    "DROP AGGREGATE IF EXISTS conversations_words_of_all(tsvector)",
    "DROP FUNCTION IF EXISTS conversations_words(text)",
]


def drop_old_index(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _OLD_SQLITE, "postgresql": _OLD_POSTGRESQL}.get(vendor, ()):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]

    operations = [
        migrations.RunPython(drop_old_index, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        help_text="See place_of: the index tells a conversation without a join.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("words", models.TextField()),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.message",
                    ),
                ),
            ],
        ),
    ]
