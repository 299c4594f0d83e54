"""Each turn of before follows the one before it, and each conversation shows its last one.

Apart from 0007, because PostgreSQL alters no table that has changed rows in the same transaction.
"""

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery


def chain(apps, schema_editor):
    turns = apps.get_model("chat", "Turn").objects
    conversations = apps.get_model("chat", "Conversation").objects
    earlier = turns.filter(conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"))
    earlier = earlier.order_by().values("conversation").annotate(newest=Max("pk"))
    turns.filter(parent=None).update(parent_id=Subquery(earlier.values("newest")))
    of_it = turns.filter(conversation=OuterRef("pk"))
    of_it = of_it.order_by().values("conversation").annotate(newest=Max("pk"))
    conversations.filter(current_turn=None).update(
        current_turn_id=Subquery(of_it.values("newest"))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0007_branches"),
    ]

    operations = [
        migrations.RunPython(chain, migrations.RunPython.noop),
    ]
