"""Fills the database of this process with what a dump of SQLite holds, as it was then.

Its tables are made by the migrations that the dump says were applied, so whatever database this
is, it looks as one of that day. Not for a database that is in use.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import JSONField


def fill(dump: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as earlier:
        earlier.executescript(dump.read_text())
        earlier.row_factory = sqlite3.Row
        applied = earlier.execute("SELECT app, name FROM django_migrations").fetchall()
        executor = MigrationExecutor(connection)
        state = executor.migrate([(app, name) for app, name in applied])
        _copy(earlier, state.apps)


@transaction.atomic  # keys are looked at in the end: the order of the tables is no matter
def _copy(earlier: sqlite3.Connection, then: Apps) -> None:
    tables = {name for (name,) in earlier.execute("SELECT name FROM sqlite_master")}
    models = [m for m in then.get_models(include_auto_created=True) if m._meta.db_table in tables]
    for model in models:
        rows = earlier.execute(f'SELECT * FROM "{model._meta.db_table}"').fetchall()
        fields = model._meta.concrete_fields
        model._base_manager.all().delete()
        model._base_manager.bulk_create(
            model(**{field.attname: _read(field, row[field.column]) for field in fields})
            for row in rows
        )
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _read(field: Any, value: Any) -> Any:
    """SQLite has neither JSON, nor times, nor booleans."""
    return json.loads(value) if isinstance(field, JSONField) else field.to_python(value)
