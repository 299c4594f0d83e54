"""Fill a database fast: one conversation of many turns, or a great many messages.

    python -m tests.benchmarks.filling turns 1000      # prints the conversation's id
    python -m tests.benchmarks.filling messages 1000000

A process of its own with the environment of the server that is measured. All belongs to ``admin``:
who owns everything has the longest list and the most to search.
"""

import os
import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oliver_site.settings")

_LIBRARY = Path(__file__).resolve().parent.parent.parent / "chat" / "library" / "content"
#: Ten questions and answers: an ordinary conversation.
MESSAGES_EACH = 20
_QUESTION_WORDS, _ANSWER_WORDS = 12, 50
_NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
_BATCH = 20_000

Row = dict[str, Any]


def library_words() -> list[str]:
    """The words of the library as they stand there: as common and as rare as in real answers."""
    text = "\n".join(path.read_text() for path in sorted(_LIBRARY.glob("*.md")))
    return re.findall(r"[^\W_]+(?:[-'][^\W_]+)*[.,;:]?", text)


def turns(number: int) -> int:
    """One conversation of so many finished turns; returns its id."""
    from django.contrib.auth.models import User

    from chat.conversations.models import Conversation, Message, Turn
    from chat.kernel.answer import Answer

    words, choice = library_words(), random.Random(7)
    owner = User.objects.get(username="admin")
    conversation = Conversation.objects.create(owner=owner, title=f"{number} turns")
    asked = Message.objects.bulk_create(
        Message(conversation=conversation, sender="user", text=_text(words, choice, 12))
        for _ in range(number)
    )
    parent = None
    for at, question in enumerate(asked):
        response = "\n\n".join(_text(words, choice, 40) for _ in range(4))
        parent = Turn.objects.create(
            conversation=conversation, question=question, parent=parent, status="done",
            analysis_type="general", idempotency_key=f"bench {conversation.pk} {at}",
            answer_state=Answer(response=response, outcome="done").as_state(),
        )  # fmt: skip
    return conversation.pk


def messages(number: int) -> None:
    """So many messages in conversations of ``MESSAGES_EACH``; the search index is built after."""
    from django.contrib.auth.models import User
    from django.db import connection, transaction

    from chat.conversations import search
    from chat.conversations.search import tsvector_schema

    is_postgresql = connection.vendor == "postgresql"
    owner_id = User.objects.get(username="admin").pk
    search.pause(using="default", plan=[True])
    with transaction.atomic():
        if is_postgresql:
            tsvector_schema.drop(connection)
        _insert("conversations_conversation", _conversations(number // MESSAGES_EACH, owner_id))
        _insert("conversations_message", _messages(number // MESSAGES_EACH))
        _insert("conversations_searchtext", _search_texts(number // MESSAGES_EACH, owner_id))
        if is_postgresql:
            tsvector_schema.create(connection)
    search.install(using="default")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "ANALYZE")


def _conversations(number: int, owner_id: int) -> Iterator[Row]:
    words, choice = library_words(), random.Random(1)
    for pk in range(1, number + 1):
        moment = _NEWEST - timedelta(minutes=choice.randrange(525_600))
        yield {
            "id": pk, "owner_id": owner_id, "title": _text(words, choice, 6),
            "analysis_type": "general", "created_at": moment, "updated_at": moment,
        }  # fmt: skip


def _messages(conversations: int) -> Iterator[Row]:
    words, choice = library_words(), random.Random(2)
    pk = 0
    for conversation_id in range(1, conversations + 1):
        for at in range(MESSAGES_EACH):
            pk += 1
            is_answer = at % 2
            yield {
                "id": pk, "conversation_id": conversation_id,
                "sender": "assistant" if is_answer else "user",
                "text": _text(words, choice, _ANSWER_WORDS if is_answer else _QUESTION_WORDS),
                "created_at": _NEWEST,
            }  # fmt: skip


def _search_texts(conversations: int, owner_id: int) -> Iterator[Row]:
    """The words of both, as saving them would have written them."""
    from chat.conversations.models.search_text import place_of
    from chat.kernel.search_words import search_words

    for title in _conversations(conversations, owner_id):
        pk = int(title["id"])
        words = search_words(str(title["title"]))
        yield {"id": place_of(pk, None), "conversation_id": pk, "message_id": None, "words": words}
    for said in _messages(conversations):
        pk, message_id = int(said["conversation_id"]), int(said["id"])
        words = search_words(str(said["text"]))
        place = place_of(pk, message_id)
        yield {"id": place, "conversation_id": pk, "message_id": message_id, "words": words}


def _text(words: list[str], choice: random.Random, length: int) -> str:
    start = int(choice.random() * (len(words) - length))
    return " ".join(words[start : start + length])


def _insert(table: str, rows: Iterator[Row]) -> None:
    """By COPY on PostgreSQL, in batches on SQLite."""
    from django.db import connection

    first = next(rows)
    columns = ", ".join(first)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in chain([first], rows):
                    copy.write_row(tuple(row.values()))
            if table == "conversations_searchtext":
                return  # its ids are places
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
            return
        marks = ", ".join(["%s"] * len(first))
        batch = [tuple(first.values())]
        while batch:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", batch)
            batch = [tuple(row.values()) for row in islice(rows, _BATCH)]


if __name__ == "__main__":
    django.setup()
    what, number = sys.argv[1:]
    print({"turns": turns, "messages": messages}[what](int(number)) or "")
