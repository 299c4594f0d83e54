"""A turn's outcome stands in ``Turn.status`` alone, its error code in ``Turn.error_code``.

Copies of both were in its statistics, and two more of the outcome in its answer.
"""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

_DROP_FROM_ANSWERS = {
    "sqlite": "UPDATE conversations_turn"
    " SET answer_state = json_remove(answer_state, '$.outcome', '$.metadata.outcome')",
    "postgresql": "UPDATE conversations_turn"
    " SET answer_state = answer_state #- '{outcome}' #- '{metadata,outcome}'",
}


def keep_only_the_turns(apps, schema_editor):
    turns, statistics = _models(apps)
    codes = statistics.filter(turn=OuterRef("pk")).exclude(error_code="").values("error_code")
    with_code = turns.filter(error_code="", pk__in=statistics.exclude(error_code="").values("pk"))
    with_code.update(error_code=Subquery(codes))
    schema_editor.execute(_DROP_FROM_ANSWERS[schema_editor.connection.vendor])


def copy_to_statistics(apps, schema_editor):
    """An answer without an outcome was shown with that of its turn."""
    turns, statistics = _models(apps)
    the_turn = turns.filter(pk=OuterRef("pk"))
    statistics.exclude(turn__status__in=["queued", "running"]).update(
        outcome=Subquery(the_turn.values("status")),
        error_code=Subquery(the_turn.values("error_code")),
    )


def _models(apps):
    names = ("Turn", "StreamStats")
    return [apps.get_model("conversations", name)._default_manager.all() for name in names]


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_search_text")]

    operations = [
        migrations.RunPython(keep_only_the_turns, copy_to_statistics),
        migrations.RemoveField(model_name="streamstats", name="error_code"),
        migrations.RemoveField(model_name="streamstats", name="outcome"),
        migrations.AlterField(
            model_name="turn",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("running", "Running"),
                    ("done", "Answered"),
                    ("stopped", "Stopped"),
                    ("failed", "Failed"),
                    ("interrupted", "Interrupted"),
                ],
                default="queued",
                max_length=12,
                verbose_name="status",
            ),
        ),
    ]
