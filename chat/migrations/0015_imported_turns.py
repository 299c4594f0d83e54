"""Turns whose answers programs sent in say so in a column; before, their stored answer did."""

from django.db import migrations, models


def mark(apps, schema_editor):
    turn = apps.get_model("chat", "Turn")
    turn.objects.filter(answer_state__metadata__seeded=True).update(is_imported=True)


class Migration(migrations.Migration):
    dependencies = [("chat", "0014_search_table")]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="is_imported",
            field=models.BooleanField(
                default=False,
                help_text="A program sent the answer in as history; Oliver did not write it.",
                verbose_name="imported",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
    ]
