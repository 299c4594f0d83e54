"""Which conversations are found, in every backend; and that the index follows what changes."""

from types import ModuleType

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from chat.models import Conversation, Message
from chat.search import backends, found_in, fts5, matching, plain, terms_of

pytestmark = pytest.mark.django_db
BACKENDS = [plain, pytest.param(fts5, marks=pytest.mark.skipif("not _is_sqlite()"))]


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


@pytest.fixture(params=BACKENDS, ids=["plain", "fts5"], autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module: ModuleType = request.param
    monkeypatch.setattr(backends, "backend", lambda: module)
    return module


def conversation(owner: User, title: str, *texts: str) -> Conversation:
    made = Conversation.objects.create(owner=owner, title=title)
    for text in texts:
        Message.objects.create(conversation=made, sender="user", text=text)
    return made


def found(user: User, find: str) -> set[str]:
    mine = Conversation.objects.owned_by(user)
    return {c.title for c in matching(mine, terms_of(find), owner_id=user.pk)}


def test_words_are_found_in_titles_questions_and_answers(analyst: User) -> None:
    conversation(analyst, "SAR deadline", "When is it due?", "After thirty calendar days.")
    assert found(analyst, "deadl") == found(analyst, "WHEN") == found(analyst, "thirt")
    assert found(analyst, "thirty") == {"SAR deadline"}
    assert found(analyst, "forty") == set()


def test_all_words_must_occur_but_anywhere_in_the_conversation(analyst: User) -> None:
    conversation(analyst, "SAR deadline", "Which days count?", "All of them.")
    conversation(analyst, "SAR secrecy", "May I tell?")
    assert found(analyst, "sar days") == {"SAR deadline"}
    assert found(analyst, "sar") == {"SAR deadline", "SAR secrecy"}


def test_nobody_finds_what_belongs_to_others(analyst: User, stranger: User) -> None:
    conversation(stranger, "secret", "merger")
    assert found(analyst, "secret") == found(analyst, "merger") == set()
    assert found(analyst, f"o{stranger.pk}") == set()


@pytest.mark.parametrize("find", ["", "§", '"', "'", "-", "* OR *", "NEAR(", "a:b", "\0", "💶"])
def test_no_input_is_a_syntax_error_or_finds_everything(find: str, analyst: User) -> None:
    conversation(analyst, "SAR", "deadline")
    assert found(analyst, find) == set()


def test_the_index_follows_what_is_renamed_rewritten_and_deleted(analyst: User) -> None:
    made = conversation(analyst, "before", "earlier")
    Conversation.objects.update(title="after")
    Message.objects.update(text="later")
    assert found(analyst, "before") == found(analyst, "earlier") == set()
    assert found(analyst, "after later") == {"after"}
    pk = made.pk
    made.delete()
    Conversation.objects.create(pk=pk, owner=analyst, title="new")
    assert found(analyst, "later") == set()


def test_the_message_with_the_most_words_is_shown(analyst: User) -> None:
    both = conversation(analyst, "one", "bank", "a bank must report", "report by a bank")
    title_only = conversation(analyst, "bank", "something")
    shown = found_in([both.pk, title_only.pk], ("bank", "report"))
    assert {pk: found.text for pk, found in shown.items()} == {both.pk: "a bank must report"}


def test_a_migration_that_lost_the_triggers_is_made_good(
    analyst: User, backend: ModuleType
) -> None:
    fts5.pause(connection)
    conversation(analyst, "unseen", "by the index")
    fts5.install(connection)
    conversation(analyst, "seen", "by the index")
    assert found(analyst, "index") == {"unseen", "seen"}


def test_the_index_is_whole_after_every_migrate(analyst: User) -> None:
    made = conversation(analyst, "kept", "text")
    call_command("migrate", verbosity=0)
    assert found(analyst, "text") == {made.title}
