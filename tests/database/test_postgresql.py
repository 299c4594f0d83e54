"""PostgreSQL is as good as SQLite: the tests of what talks to the database pass on it as well.

They run in a process of their own, for a process has one database; and so do two that only a
server with many connections can fail.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psycopg
import pytest
from django.db.utils import ConnectionHandler

from tests.database.test_migrations import EARLIER, LOOK
from tests.support.services import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
_TESTED = [
    "tests/engine/worker",
    "tests/conversations/test_auto_titles.py",
    "tests/conversations/test_start.py",
    "tests/conversations/test_tree.py",
    "tests/engine/delivery/test_streams.py",
    "tests/conversations/search/test_matching.py",
    "tests/security/test_limits.py",
    "tests/security/test_nul.py",
    "tests/api/test_fuzzing.py",
    "tests/conversations/search/postgresql_table.py",
    "tests/database/postgresql_only.py",
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.mark.begins_first
@pytest.mark.timeout(900)  # for all of them; each has its own
def test_the_same_tests_pass_on_postgresql(
    postgres: PostgresServer, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider"]
    order = f"--randomly-seed={pytestconfig.getoption('randomly_seed')}"
    environment = {
        **os.environ, "DATABASE_URL": postgres.url, "OLIVER_DATA_DIR": str(tmp_path)
    }  # fmt: skip
    done = subprocess.run(
        [*command, order, *_TESTED],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "skipped" not in done.stdout


MIGRATE = """
from pathlib import Path
from django.core.management import call_command
from tests.database.earlier_rows import fill

fill(Path({dump!r}))
call_command("prepare")
"""


def test_an_earlier_database_migrates_on_postgresql_too(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """Unlike SQLite it refuses to change a table whose new rows have checks to come."""
    with psycopg.connect(postgres.url, autocommit=True) as administration:
        administration.execute("CREATE DATABASE earlier")
    url = postgres.url.removesuffix("postgres") + "earlier"
    largest = max(EARLIER, key=lambda dump: dump.stat().st_size)
    script = MIGRATE.format(dump=str(largest)) + LOOK
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "OLIVER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db  # the test's own database stays unused
def test_whoever_asks_first_after_a_restart_gets_a_connection(postgres: PostgresServer) -> None:
    """However many the pool held: all of them are dead."""
    site = {**dj_database_url.parse(postgres.url), "ENGINE": "oliver_site.server.postgresql"}
    site["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 5}}
    database = ConnectionHandler({"default": site})["default"]
    pool = database.pool  # type: ignore[attr-defined]
    pool.open()
    for connection in [pool.getconn() for _ in range(8)]:
        pool.putconn(connection)
    postgres.kill()
    postgres.start()
    with database.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    database.close()
    database.close_pool()  # type: ignore[attr-defined]
