"""What each reader of a turn cost: frames, bytes, connections. Synchronous."""

from django.db import connection


def count_reading(turn_id: int, **more: int) -> None:
    """Add to the reader counts in ``StreamStats``. Called once per reader."""
    columns = ", ".join(f"{name} = {name} + %s" for name in more)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE conversations_streamstats SET {columns} WHERE turn_id = %s",  # noqa: S608 (our own)
            [*more.values(), turn_id],
        )
