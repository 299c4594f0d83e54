"""A database of any earlier commit becomes one of today, with all that it held."""

import ast
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chat.management.commands.prepare import PROTOTYPE_TABLE

ROOT = Path(__file__).resolve().parents[2]
#: Dumps of SQLite, without derived tables. A commit that adds a migration may add one; none goes.
EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.sql"))
MIGRATIONS = sorted((ROOT / "chat").rglob("migrations/0*.py"))

LOOK = """
from django.contrib.auth.models import User
from django.test import Client
from chat.conversations.models import Conversation

client = Client()
client.force_login(User.objects.get(username="analyst"))
conversation = Conversation.objects.get()
page = client.get(f"/conversations/{conversation.pk}/", headers={"host": "localhost"})
assert page.status_code == 200
for words in ("no later than 30 calendar days", "Late filing", "When is a SAR due?"):
    assert words in page.text, words
ends = {
    "Question 2?": "Stopped after 3.0 s",
    "Question 3?": "The provider rejected the API key.",
    "Question 4?": "was interrupted",
    "Question 5?": "Something went wrong",
}
for turn in conversation.turns.exclude(pk=1).select_related("question"):
    article = page.text.partition(f'id="turn-{turn.pk}"')[2].partition("</article>")[0]
    assert ends.pop(turn.question.text) in article, article
    assert turn.answer.response in article, article
    assert "outcome" not in str(turn.answer_state), turn.answer_state
assert len(ends) in (0, 4), ends  # one of the dumps has them
found = client.get("/conversations/?find=calendar", headers={"host": "localhost"})
assert f"/conversations/{conversation.pk}/" in found.text
"""


@pytest.mark.parametrize("dump", EARLIER, ids=lambda path: path.stem)
def test_an_earlier_database_migrates_and_shows_what_it_held(dump: Path, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "oliver.sqlite3")
    database.executescript(dump.read_text())
    database.close()
    environment = {**os.environ, "OLIVER_DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    for command in (["prepare"], ["shell", "--verbosity=0", "-c", LOOK]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_there_is_an_earlier_database() -> None:
    assert EARLIER


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_migration_imports_no_live_code(path: Path) -> None:
    names = [
        name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    ]
    assert not [name for name in names if name and name.partition(".")[0] in ("chat", "tests")]


def test_a_database_from_before_the_first_migrations_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    database = sqlite3.connect(tmp_path / "oliver.sqlite3")
    database.execute(f"CREATE TABLE {PROTOTYPE_TABLE} (id integer)")
    database.close()
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={**os.environ, "OLIVER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    tables = sqlite3.connect(tmp_path / "oliver.sqlite3").execute("SELECT name FROM sqlite_master")
    assert tables.fetchall() == [(PROTOTYPE_TABLE,)]
