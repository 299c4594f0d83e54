"""What only PostgreSQL can show: its full text and many writers. Run by ``test_postgresql``."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from psycopg_pool.base import AttemptWithBackoff

from chat.conversations.models import Conversation, Turn
from chat.conversations.start import start_turn
from chat.engine.worker import checkpoints, claims, ends, worker
from chat.kernel.errors import TurnInProgress
from chat.library.retrieval import load_library, retrieve

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="not on PostgreSQL")
AT_ONCE = 6


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What ``act`` returns or raises in threads that begin at the same moment."""
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> Any:
        barrier.wait(120)
        try:
            return act(number)
        except Exception as exc:
            return exc
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def ask(user: User, key: str, conversation: Conversation | None = None) -> Turn:
    return start_turn(
        user=user,
        question="report suspicious",
        analysis_type="general",
        conversation=conversation,
        idempotency_key=key,
    )


@pytest.mark.django_db(transaction=True)
def test_each_turn_is_claimed_once(analyst: User, configure: Callable[..., None]) -> None:
    configure(live_turns_per_user=1_000, turns_per_minute=1_000)
    asked = {ask(analyst, str(number)).pk for number in range(30)}
    claimed = at_once(lambda n: claims.claim_next(f"worker {n}", most=10, lease_s=60))
    everything = [turn_id for turns in claimed for turn_id in turns]
    assert len(everything) == len(set(everything))
    assert set(everything) == asked


@pytest.mark.django_db(transaction=True)
def test_a_conversation_has_one_live_turn_however_many_ask(analyst: User) -> None:
    conversation = Conversation.objects.create(owner=analyst)
    answers = at_once(lambda n: ask(analyst, str(n), conversation))
    assert Turn.objects.unfinished().count() == 1
    assert sum(isinstance(each, Turn) for each in answers) == 1
    assert sum(isinstance(each, TurnInProgress) for each in answers) == AT_ONCE - 1


@pytest.mark.django_db(transaction=True)
def test_one_key_makes_one_turn_however_often_it_comes(analyst: User) -> None:
    answers = at_once(lambda _: ask(analyst, "the-same-key"))
    assert {getattr(each, "pk", each) for each in answers} == {Turn.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_lost_turn_is_ended_by_one_worker(analyst: User) -> None:
    turn = ask(analyst, "k")
    claims.claim_next("a worker that died", most=1, lease_s=-1)
    ended = at_once(lambda _: ends.interrupt(turn.pk, unsaved=[]))
    assert sorted(ended) == [False] * (AT_ONCE - 1) + [True]


@pytest.mark.django_db
def test_it_keeps_the_vectors_that_find_the_right_notes() -> None:
    load_library()
    tables = sorted(Path(__file__).parents[1].glob("library/retrieval/questions_*.tsv"))
    lines = [line for table in tables for line in table.read_text().splitlines()]
    asked = [line.split("\t") for line in lines if "\t" in line and not line.startswith("#")]
    # Every fifth question is enough to see a difference, and takes two seconds.
    found = [_first_note(question) in slugs for question, slugs, *_ in asked[::5]]
    assert sum(found) / len(found) > 0.8


def _first_note(question: str) -> str:
    passages = retrieve(question).passages
    return passages[0].id.partition("#")[0] if passages else "nothing"


def test_a_database_that_was_away_is_asked_again_soon_however_long_it_was() -> None:
    """Left to itself the pool waits ever longer, up to minutes after the database is back."""
    pool: Any = connection.pool  # type: ignore[attr-defined]
    attempt = AttemptWithBackoff(timeout=pool.reconnect_timeout)
    now, longest_s = monotonic(), 0.0
    while not attempt.time_to_give_up(now):  # then whoever comes next asks at once
        attempt.update_delay(now)
        now, longest_s = now + attempt.delay, max(longest_s, attempt.delay)
    assert 0 < longest_s < worker._OTHERS_FIRST_S


@pytest.mark.django_db(transaction=True)
def test_nul_in_one_checkpoint_keeps_no_other_turn_from_being_stored(analyst: User) -> None:
    turns = [ask(analyst, key) for key in ("1", "2", "3")]
    claims.claim_next("worker", most=3, lease_s=60)
    states = ['{"response": "a"}', r'{"response": "\u0000"}', '{"response": "c"}']
    taken = [
        checkpoints.Checkpoint(turn.pk, seq=1, state=state)
        for turn, state in zip(turns, states, strict=True)
    ]
    result = checkpoints.save_checkpoints("worker", taken, lease_s=60)
    assert (len(result.ours), set(result.unstorable)) == (3, {turns[1].pk})
    assert [turn.answer.response for turn in Turn.objects.all()] == ["a", "", "c"]
