"""A turn's analysis type stands in the turn alone, no more in its statistics."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_to_statistics(apps, schema_editor):
    turns, statistics = (
        apps.get_model("conversations", name)._default_manager for name in ("Turn", "StreamStats")
    )
    types = turns.filter(pk=OuterRef("pk")).values("analysis_type")
    statistics.update(analysis_type=Subquery(types))


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_stored_artifact")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, copy_to_statistics),
        migrations.AlterField(  # so that it can come back for rows that have none
            model_name="streamstats",
            name="analysis_type",
            field=models.CharField(max_length=20, default="", verbose_name="analysis type"),
        ),
        migrations.RemoveField(model_name="streamstats", name="analysis_type"),
    ]
