"""PostgreSQL's table of words holds what the messages and titles say: no more, and no less.

Run by ``tests.database.test_postgresql``.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections, transaction

from chat.conversations.models import Conversation, Message
from chat.conversations.search import hits_in, terms_of, tsvector_schema
from tests.conversations.search.test_matching import conversation, found
from tests.support.eventually import PATIENCE_S

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="not on PostgreSQL")
WORDS = [f"{letter}word" for letter in "abcdefghijkl"]


def made_anew(monkeypatch: pytest.MonkeyPatch, *, row_words: int) -> None:
    monkeypatch.setattr(tsvector_schema, "ROW_WORDS", row_words)
    tsvector_schema.drop(connection)
    tsvector_schema.create(connection)


def said(choice: random.Random) -> str:
    return " ".join(choice.sample(WORDS, choice.randint(0, 3)))


def change(choice: random.Random, owner: User) -> None:
    """Something that happens to conversations."""
    one = choice.choice(list(Conversation.objects.order_by("pk")) or [None])
    messages = Message.objects.filter(conversation=one).order_by("pk")
    match choice.choice(["begin", "say", "say", "say", "say", "rename", "rewrite", "cut", "drop"]):
        case "begin":
            Conversation.objects.create(owner=owner, title=said(choice))
        case "say" if one:
            Message.objects.create(conversation=one, sender="user", text=said(choice))
        case "rename" if one:
            Conversation.objects.filter(pk=one.pk).update(title=said(choice))
        case "rewrite" if one:
            pks = messages.values("pk")[: choice.randint(1, 3)]
            Message.objects.filter(pk__in=pks).update(text=said(choice))
        case "cut" if one:
            Message.objects.filter(pk__in=messages.values("pk")[choice.randint(0, 2) :]).delete()
        case "drop" if one and choice.random() < 0.3:
            one.delete()


def words_by_conversation() -> dict[int, set[str]]:
    held: dict[int, set[str]] = {}
    for one in Conversation.objects.prefetch_related("messages"):
        texts = [one.title, *(message.text for message in one.messages.all())]
        held[one.pk] = set(" ".join(texts).split())
    return {pk: words for pk, words in held.items() if words}


def indexed() -> dict[int, set[str]]:
    held: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT conversation_id, tsvector_to_array(words) FROM conversations_search")
        for conversation_id, words in cursor.fetchall():
            held.setdefault(conversation_id, set()).update(words)
    return {pk: words for pk, words in held.items() if words}


@pytest.mark.django_db
@pytest.mark.parametrize("row_words", [1, 4, 600])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_rows_hold_just_the_words_there_are(
    row_words: int, seed: int, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_anew(monkeypatch, row_words=row_words)
    choice = random.Random(seed)
    for _ in range(60):
        change(choice, analyst)
    assert words_by_conversation() == indexed()
    made_anew(monkeypatch, row_words=row_words)
    assert words_by_conversation() == indexed()


@pytest.mark.django_db
def test_a_long_conversation_has_rows_of_bounded_size(
    analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_anew(monkeypatch, row_words=10)
    texts = [f"one{n} two{n} three{n}" for n in range(40)]
    long = conversation(analyst, "long", *texts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(length(words)), count(*) FROM conversations_search")
        assert cursor.fetchone() == (12, 11)
    assert found(analyst, "one3 two39 long") == {"long"}
    assert hits_in([long.pk], terms_of("one39 three39"))[long.pk].text == texts[39]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_in_one_conversation_do_not_wait_for_each_other(analyst: User) -> None:
    shared, both_wrote = conversation(analyst, "shared", "begun"), Barrier(2, timeout=PATIENCE_S)

    def write(text: str) -> None:
        try:
            with transaction.atomic():
                Message.objects.create(conversation=shared, sender="user", text=text)
                both_wrote.wait()  # neither transaction has ended
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, ["first", "second"]))
    assert found(analyst, "begun first second") == {"shared"}
    Message.objects.filter(text="first").delete()
    assert found(analyst, "first") == set()
    assert found(analyst, "second begun") == {"shared"}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_waited_for_a_new_message_keeps_its_words(analyst: User) -> None:
    shared, wrote, may_end = conversation(analyst, "shared", "begun"), Event(), Event()

    def add() -> None:
        try:
            with transaction.atomic():
                Message.objects.create(conversation=shared, sender="user", text="added")
                wrote.set()
                assert may_end.wait(PATIENCE_S)
        finally:
            connections.close_all()

    def change() -> None:
        try:
            Message.objects.filter(text="begun").update(text="changed")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        adding = threads.submit(add)
        assert wrote.wait(PATIENCE_S)
        changing = threads.submit(change)
        while not changing.done() and not somebody_waits_for_a_row():
            pass
        may_end.set()
        adding.result()
        changing.result()
    assert found(analyst, "shared changed added") == {"shared"}
    assert found(analyst, "begun") == set()


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_leave_no_words(analyst: User) -> None:
    conversation(analyst, "title", "text")
    call_command("flush", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_search")
        assert cursor.fetchone() == (0,)
