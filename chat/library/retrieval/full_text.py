"""The full-text index: which passages share terms with a question, and how well they match.

The SQL comes from a backend per database vendor: FTS5 for SQLite, a GIN-indexed ``tsvector`` for
PostgreSQL. The table stores stemmed terms (see ``terms``) rather than prose, so the database's own
tokenizer has no effect. Called after ``migrate``, by ``loading`` and by ``search``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from django.db import connection, connections

TABLE = "library_passage_fts"


@dataclass(frozen=True)
class Row:
    """A passage's terms by column, joined with spaces."""

    key: str
    title: str
    heading: str
    also: str
    text: str
    source: str  # authority and section: for "1020.320" or "article 17"


#: Weight of a hit by column, in the order of ``Row``.
_COLUMN_WEIGHTS = (0.0, 4.0, 3.0, 3.0, 1.0, 1.5)


class Fts5:
    """SQLite. "." is a token character, so ``1020.320`` stays whole."""

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
    """PostgreSQL. Vectors are written term by term to bypass its parser.

    ``ts_rank`` ignores how rare a term is, so the query weighs each term's rank with it.
    """

    create = (
        f"CREATE TABLE IF NOT EXISTS {TABLE} (key text PRIMARY KEY, terms tsvector NOT NULL);"
        f"CREATE INDEX IF NOT EXISTS {TABLE}_terms ON {TABLE} USING gin (terms)"
    )
    insert = f"INSERT INTO {TABLE} VALUES (%s, %s::tsvector)"  # noqa: S608 (a constant)
    #: ``_COLUMN_WEIGHTS`` / 4. PostgreSQL has only four labels, D to A, for five columns.
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


def install(*, using: str, **_: object) -> None:
    """Create the table. Receives ``post_migrate``; databases without a backend get none.

    Not in a migration, because its content is derived from the library's files.
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
    """None if the database has no backend."""
    if connection.vendor not in _BACKENDS:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 (a constant)
        return int(cursor.fetchone()[0])


def candidates(terms: Sequence[str], *, most: int) -> list[str] | None:
    """Keys of the passages with any of the terms, best first.

    None if the database has no backend: then every passage is a candidate.
    """
    backend = _BACKENDS.get(connection.vendor)
    if backend is None:
        return None
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(backend.search, [backend.any_of(terms), most])
        return [key for (key,) in cursor.fetchall()]
