"""SQLite's search index is kept by triggers, which Django's migrations lose: it is made good."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from chat.conversations.search import fts5
from tests.conversations.search.test_matching import conversation, found

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="not on SQLite"),
]


def test_a_migration_that_lost_the_triggers_is_made_good(analyst: User) -> None:
    fts5.pause(connection)
    conversation(analyst, "unseen", "by the index")
    fts5.install(connection)
    conversation(analyst, "seen", "by the index")
    assert found(analyst, "index") == {"unseen", "seen"}


def test_the_index_is_whole_after_every_migrate(analyst: User) -> None:
    made = conversation(analyst, "kept", "text")
    call_command("migrate", verbosity=0)
    assert found(analyst, "text") == {made.title}
