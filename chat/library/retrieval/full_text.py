"""The database's full text: which passages share words with a question, and how well.

Every function takes its SQL from the backend of the connection's vendor: SQLite's FTS5, or
PostgreSQL's ``tsvector`` under a GIN index. The table holds terms (``terms``), not prose: stemmed
the same way as questions, so no tokenizer of a database has a say in what matches.
Called after ``migrate``, by ``loading`` and by ``search``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.db import connection, connections

TABLE = "library_passage_fts"


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
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
        "key UNINDEXED, title, heading, also, text, source, tokenize = \"ascii tokenchars '.'\")"
    )
    insert = f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s, %s, %s)"  # noqa: S608 (a constant)
    values = staticmethod(astuple)
    search = (
        f"SELECT key FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 (constants)
        f" ORDER BY bm25({TABLE}, {', '.join(map(str, _COLUMN_WEIGHTS))}) LIMIT %s"
    )

    @staticmethod
    def any_of(terms: Iterable[str]) -> str:
        return " OR ".join(f'"{term}"' for term in terms)


class TsVector:
    """PostgreSQL. Vectors are written term by term, so that no parser of its own comes between.

    ``ts_rank`` knows nothing of how rare a term is; each term's rank is weighed with that here.
    """

    create = (
        f"CREATE TABLE IF NOT EXISTS {TABLE} (key text PRIMARY KEY, terms tsvector NOT NULL);"
        f"CREATE INDEX IF NOT EXISTS {TABLE}_terms ON {TABLE} USING gin (terms)"
    )
    insert = f"INSERT INTO {TABLE} VALUES (%s, %s::tsvector)"  # noqa: S608 (a constant)
    #: As ``_COLUMN_WEIGHTS``, of 4; PostgreSQL has four labels, D to A, for the five columns.
    search = (
        f"WITH library AS (SELECT count(*) AS size FROM {TABLE}) "  # noqa: S608 (a constant)
        "SELECT hit.key FROM unnest(%s::text[]) AS asked(term) CROSS JOIN library "
        "CROSS JOIN LATERAL (SELECT key, count(*) OVER () AS holders,"
        " ts_rank('{0.25, 0.375, 0.75, 1}', terms, asked.term::tsquery, 1) AS rank"
        f" FROM {TABLE} WHERE terms @@ asked.term::tsquery) AS hit "
        "GROUP BY hit.key ORDER BY"
        " sum(hit.rank * ln(1 + (library.size - hit.holders + 0.5) / (hit.holders + 0.5))) DESC,"
        " hit.key LIMIT %s"
    )

    @staticmethod
    def values(row: Row) -> tuple[str, str]:
        labelled = (
            (row.title, "A"),
            (row.heading, "B"),
            (row.also, "B"),
            (row.source, "C"),
            (row.text, "D"),
        )
        found = [(term, label) for text, label in labelled for term in text.split()]
        return row.key, " ".join(
            f"{_quoted(term)}:{min(at, _LAST_POSITION)}{label}"
            for at, (term, label) in enumerate(found, start=1)
        )

    @staticmethod
    def any_of(terms: Iterable[str]) -> list[str]:
        return [_quoted(term) for term in terms]


#: The highest position that a ``tsvector`` can hold.
_LAST_POSITION = 16_383


def _quoted(term: str) -> str:
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


_BACKENDS: dict[str, Fts5 | TsVector] = {"sqlite": Fts5(), "postgresql": TsVector()}


def install(*, using: str, **_: Any) -> None:
    """After ``migrate``: make the table. A database without a backend gets none.

    A signal receiver; the table is filled from the library's files, so no migration holds it.
    """
    on = connections[using]
    if backend := _BACKENDS.get(on.vendor):
        with on.cursor() as cursor:
            cursor.execute(backend.create)


def replace_all(rows: Iterable[Row]) -> None:
    """Call it in the transaction that writes the passages."""
    if backend := _BACKENDS.get(connection.vendor):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 (a constant)
            cursor.executemany(backend.insert, [backend.values(row) for row in rows])


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
