"""Bulk updates with one prepared statement."""

from datetime import datetime
from typing import cast

from django.db import connection
from django.db.models import Model


def update_rows(model: type[Model], rows: list[dict[str, object]]) -> None:
    """The first column is the key.

    ``bulk_update`` builds an expression for each row and column: at 100 turns that took a third of
    the server's CPU and delayed every stream.
    """
    if not rows:
        return
    key, *columns = rows[0]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {changes} WHERE {quote(key)} = %s",  # noqa: S608  (our own names)
            [[_for_database(row[column]) for column in (*columns, key)] for row in rows],
        )


def _for_database(value: object) -> str | int | None:
    if isinstance(value, datetime):
        value = connection.ops.adapt_datetimefield_value(value)
    return cast("str | int | None", value)
