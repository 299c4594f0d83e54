"""The database's full text: which passages share words with a question, and how well.

Every function takes its SQL from the backend of the connection's vendor; SQLite's FTS5 is the one
there is, and PostgreSQL's twin joins here. The table holds terms (``terms``), not prose: stemmed
the same way as questions, so no tokenizer of a database has a say in what matches.
Called by the migration, ``loading`` and ``search``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "chat_passage_fts"


@dataclass(frozen=True)
class Row:
    """A passage's terms by column, each column's terms joined with spaces."""

    key: str
    title: str
    heading: str
    also: str
    text: str
    source: str  # authority and section: for "1020.320" or "article 17"


#: What a hit in each column counts, in the order of ``Row``.
_COLUMN_WEIGHTS = (0.0, 4.0, 3.0, 3.0, 1.0, 1.5)


class Fts5:
    """SQLite. "." stays in a word, so ``1020.320`` is one."""

    create = (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
        "key UNINDEXED, title, heading, also, text, source, tokenize = \"ascii tokenchars '.'\")"
    )
    drop = f"DROP TABLE IF EXISTS {TABLE}"
    insert = f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s, %s, %s)"  # noqa: S608 (a constant)
    search = (
        f"SELECT key FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 (constants)
        f" ORDER BY bm25({TABLE}, {', '.join(map(str, _COLUMN_WEIGHTS))}) LIMIT %s"
    )

    @staticmethod
    def any_of(terms: Iterable[str]) -> str:
        return " OR ".join(f'"{term}"' for term in terms)


_BACKENDS = {"sqlite": Fts5()}


def create(on: BaseDatabaseWrapper) -> None:
    """Make the table; a database without a backend gets none (see ``candidates``)."""
    if backend := _BACKENDS.get(on.vendor):
        with on.cursor() as cursor:
            cursor.execute(backend.create)


def drop(on: BaseDatabaseWrapper) -> None:
    if backend := _BACKENDS.get(on.vendor):
        with on.cursor() as cursor:
            cursor.execute(backend.drop)


def replace_all(rows: Iterable[Row]) -> None:
    """Call it in the transaction that writes the passages."""
    if backend := _BACKENDS.get(connection.vendor):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 (a constant)
            cursor.executemany(backend.insert, [astuple(row) for row in rows])


def row_count() -> int | None:
    """None: this database has no full text of ours."""
    if connection.vendor not in _BACKENDS:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 (a constant)
        return int(cursor.fetchone()[0])


def candidates(terms: Sequence[str], *, most: int) -> list[str] | None:
    """Keys of the passages that hold any of the terms, best first.

    None: this database has no full text of ours, so every passage is a candidate.
    """
    backend = _BACKENDS.get(connection.vendor)
    if backend is None:
        return None
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(backend.search, [backend.any_of(terms), most])
        return [key for (key,) in cursor.fetchall()]
