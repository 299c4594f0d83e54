"""A turn follows another one, and several turns may answer one question."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0006_settings_and_status_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="The turn it follows; none for a first question. See conversations.models.tree.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="followed_by",
                to="chat.turn",
            ),
        ),
        migrations.AlterField(
            model_name="turn",
            name="question",
            field=models.ForeignKey(
                help_text="Turns that share it are versions of its answer.",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="asked_in",
                to="chat.message",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="current_turn",
            field=models.ForeignKey(
                blank=True,
                help_text="The end of the path shown last. See conversations.models.tree.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="chat.turn",
            ),
        ),
    ]
