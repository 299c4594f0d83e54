"""Two web servers, two workers, Redis and PostgreSQL: nothing is lost, nothing runs twice."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.browser.provider_thread import ProviderThread
from tests.chaos.provider import ChaosProvider
from tests.chaos.run import chaos_on
from tests.support.cluster import Cluster, UvicornServer, Worker, signed_in
from tests.support.eventually import PATIENCE_S
from tests.support.nginx import NginxServer
from tests.support.provider_stand_in import Handles, Says, chat_output
from tests.support.services import free_port

#: From SIGKILL to the stored end: the lease, a look at the queue, and a second to write it.
MOST_AFTER_KILL_S = 15
MOST_AFTER_LEASE_S = 15
WORDS = "Word " * 60
pytestmark = [
    pytest.mark.begins_first,
    # Not for the cluster's start as well, which has a limit of its own.
    pytest.mark.timeout(600, func_only=True),
]


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderThread]:
    with ProviderThread() as thread:
        yield thread


@pytest.fixture(scope="module")
def cluster(
    provider: ProviderThread, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    with Cluster(
        tmp_path_factory.mktemp("cluster"),
        OLIVER_MODEL="openai/stand-in",
        OLIVER_API_BASE=provider.url,
        OLIVER_API_KEY="sk-test",
        OLIVER_STOP_GRACE_S="1",
    ) as running:
        yield running


def test_an_answer_is_followed_from_another_server(
    cluster: Cluster, provider: ProviderThread
) -> None:
    gate = provider.gate()
    provider.plays(Says(chat_output(reasoning=WORDS), gate=gate, gate_at=150))
    before = len(provider.stand_in.requests)
    with cluster.asks(0) as first, cluster.follows(1, first.turn_id) as second:
        first.read_until("Word")
        second.read_until("Word")
        gate.open()
        assert first.end()["type"] == second.end()["type"] == "done"
        assert first.text() == second.text() == WORDS.strip()
    assert len(provider.stand_in.requests) == before + 1


def test_a_stop_from_another_server_reaches_the_provider(
    cluster: Cluster, provider: ProviderThread
) -> None:
    provider.plays(Says(chat_output(reasoning=WORDS), gate=provider.gate(), gate_at=150))
    with cluster.asks(0) as reader:
        reader.read_until("Word")
        cluster.stops(1, reader.turn_id)
        provider.sees_a_disconnect()
        assert reader.end()["metadata"]["outcome"] == "stopped"


def end_of_leases(cluster: Cluster) -> datetime:
    (end,) = cluster.row("SELECT max(lease_until) FROM conversations_turn WHERE status = 'running'")
    assert isinstance(end, datetime)
    return end


def now(cluster: Cluster) -> datetime:
    """By the database's clock, as leases are."""
    (moment,) = cluster.row("SELECT clock_timestamp()")
    assert isinstance(moment, datetime)
    return moment


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.1)


def seconds_since(moment: datetime, cluster: Cluster) -> float:
    return (now(cluster) - moment).total_seconds()


def test_a_suspended_worker_keeps_its_answers_while_others_look(
    cluster: Cluster, provider: ProviderThread
) -> None:
    gate = provider.gate()
    provider.plays(Says(chat_output(reasoning=WORDS), gate=gate, gate_at=150))
    with cluster.asks(0) as reader:
        reader.read_until("Word")
        worker = cluster.worker_of(reader.turn_id)
        worker.freeze()
        before, frozen_at = end_of_leases(cluster), now(cluster)
        wait_until(lambda: seconds_since(frozen_at, cluster) > 3)  # longer than between two looks
        worker.wake()
        wait_until(lambda: end_of_leases(cluster) > before)
        gate.open()
        assert reader.end()["type"] == "done"
        assert cluster.worker_of(reader.turn_id) is worker


def test_a_killed_worker_loses_no_text_and_its_turn_is_not_run_again(
    cluster: Cluster, provider: ProviderThread
) -> None:
    provider.plays(Says(chat_output(reasoning=WORDS), gate=provider.gate(), gate_at=250))
    before = len(provider.stand_in.requests)
    with cluster.asks(0) as reader:
        reader.read_until("Word Word Word")
        killed_at = now(cluster)
        cluster.worker_of(reader.turn_id).kill()
        seen = reader.text()
        provider.plays(Says(chat_output()))
        with cluster.asks(1) as next_reader:  # the other worker goes on with what is queued
            assert next_reader.end()["type"] == "done"
        end = reader.end()
    ended_at, *_ = cluster.row(
        "SELECT ended_at FROM conversations_streamstats WHERE turn_id = %s", reader.turn_id
    )
    assert (ended_at - killed_at).total_seconds() < MOST_AFTER_KILL_S
    assert end["error"]["code"] == "interrupted"
    assert reader.text().startswith(seen)
    told = cluster.turn(1, reader.turn_id)
    assert told["status"] == "interrupted"
    assert told["answer"]["reasoning"] == reader.text()
    assert len(provider.stand_in.requests) == before + 2
    cluster.add_worker()


@pytest.fixture
def sleeper(cluster: Cluster) -> Iterator[Worker]:
    """With a short lease, and nobody but it takes questions: the other workers sleep."""
    others = [*cluster.workers]
    worker = cluster.add_worker(OLIVER_LEASE_S="2")
    try:
        for other in others:
            other.freeze()
        yield worker
    finally:
        for other in others:
            other.wake()
        worker.kill()
        cluster.workers.remove(worker)


#: Without what web servers count when their readers leave.
STORED = """
    SELECT to_jsonb(t), c.title, s.ended_at, (
        SELECT count(*) FROM conversations_message m WHERE m.conversation_id = t.conversation_id
    ) FROM conversations_turn t JOIN conversations_streamstats s ON s.turn_id = t.id
    JOIN conversations_conversation c ON c.id = t.conversation_id WHERE t.id = %s
"""


def everything_of(cluster: Cluster, *turn_ids: int) -> list[Any]:
    """All that is stored and told of turns."""
    with redis.Redis.from_url(cluster.redis.url) as log:
        return [
            (cluster.row(STORED, turn_id), log.xrange(f"oliver:log:{turn_id}"))
            for turn_id in turn_ids
        ]


def wait_for(words: str, worker: Worker, *, times: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while worker.log.read_text().count(words) < times:
        assert time.monotonic() < end, worker.log.read_text()
        time.sleep(0.05)


def test_a_worker_that_wakes_up_after_its_lease_writes_nothing(
    cluster: Cluster, provider: ProviderThread, sleeper: Worker
) -> None:
    shut, opened = provider.gate(), provider.gate()
    provider.plays(
        Says(chat_output(reasoning=WORDS), gate=shut, gate_at=150),
        Says(chat_output(reasoning=WORDS), gate=opened, gate_at=150),
    )
    with cluster.asks(0) as halved, cluster.asks(1) as whole:
        readers = (halved, whole)
        for reader in readers:
            reader.read_until("Word")
            assert cluster.worker_of(reader.turn_id) is sleeper
        sleeper.freeze()
        lease_end = end_of_leases(cluster)
        opened.open()  # the rest of one answer waits in the sleeper's socket
        for other in cluster.workers:
            if other is not sleeper:
                other.wake()
        ends = [reader.end() for reader in readers]
        assert seconds_since(lease_end, cluster) < MOST_AFTER_LEASE_S
    assert [end["error"]["code"] for end in ends] == ["interrupted"] * 2
    ids = [reader.turn_id for reader in readers]
    stored = everything_of(cluster, *ids)
    sleeper.wake()
    wait_for("another worker", sleeper, times=2)  # it says so of each of them
    provider.sees_a_disconnect()
    assert sleeper.retire() == 0  # whatever it had in mind is done
    assert everything_of(cluster, *ids) == stored
    with signed_in(cluster.webs[1].url) as browser:
        for reader in readers:
            page = browser.get(f"/conversations/{reader.conversation}/").text
            assert page.count('class="error" data-outcome="interrupted"') == 1
            assert "Try again" in page


def test_a_worker_told_to_stop_interrupts_what_does_not_end_in_time(
    cluster: Cluster, provider: ProviderThread
) -> None:
    provider.plays(Says(chat_output(reasoning=WORDS), gate=provider.gate(), gate_at=250))
    with cluster.asks(0) as reader:
        reader.read_until("Word")
        assert cluster.worker_of(reader.turn_id).retire() == 0
        assert reader.end()["error"]["code"] == "interrupted"
    assert cluster.turn(1, reader.turn_id)["answer"]["reasoning"] == reader.text()
    provider.plays(Says(chat_output()))
    with cluster.asks(1) as next_reader:
        assert next_reader.end()["type"] == "done"
    cluster.add_worker()


def test_a_rolling_restart_loses_nothing_and_no_question_waits_for_it(
    cluster: Cluster, provider: ProviderThread
) -> None:
    gate = provider.gate()
    provider.plays(Says(chat_output(reasoning=WORDS), gate=gate, gate_at=250), Says(chat_output()))
    others, old = [*cluster.workers], cluster.add_worker(OLIVER_STOP_GRACE_S="600")
    for other in others:
        other.freeze()
    with cluster.asks(0) as before:
        before.read_until("Word")
        for other in others:
            other.wake()
        assert cluster.worker_of(before.turn_id) is old
        old.tell_to_stop()
    cluster.webs[0].terminate()
    cluster.webs[0].start()
    with cluster.asks(0) as meanwhile:
        assert meanwhile.end()["type"] == "done"
        assert cluster.worker_of(meanwhile.turn_id) is not old
    with cluster.follows(1, before.turn_id) as reader:
        reader.read_until("Word")
        gate.open()
        assert reader.end()["type"] == "done"
        assert reader.text() == WORDS.strip()
    assert old.wait() == 0
    cluster.workers.remove(old)


@pytest.mark.parametrize("service", ["redis", "postgres"])
def test_an_answer_outlives_a_restart_of(
    service: str, cluster: Cluster, provider: ProviderThread
) -> None:
    gate = provider.gate()
    provider.plays(Says(chat_output(reasoning=WORDS), gate=gate, gate_at=150))
    with cluster.asks(0) as reader:
        reader.read_until("Word")
        server = getattr(cluster, service)
        server.kill()
        server.start()
        gate.open()
        assert reader.end()["type"] == "done"
        assert reader.text() == WORDS.strip()
    assert cluster.turn(1, reader.turn_id)["answer"]["reasoning"] == WORDS.strip()


def test_readers_go_on_while_the_answer_is_written_although_its_log_was_lost(
    cluster: Cluster, provider: ProviderThread
) -> None:
    gate = provider.gate()
    provider.plays(Says(chat_output(reasoning=WORDS), pause_s=0.1, gate=gate, gate_at=250))
    with cluster.asks(0) as reader:
        reader.read_until("Word")
        cluster.redis.kill()
        cluster.redis.start()
        with cluster.follows(1, reader.turn_id) as late:
            late.read_until("Word Word Word Word")
            assert cluster.turn(1, reader.turn_id)["status"] == "running"
            gate.open()
            assert late.end()["type"] == reader.end()["type"] == "done"
    assert cluster.turn(1, reader.turn_id)["answer"]["reasoning"] == WORDS.strip()


def test_nginx_as_deployed_passes_text_on_as_it_is_written(
    cluster: Cluster, provider: ProviderThread
) -> None:
    gate = provider.gate()
    provider.plays(Says(chat_output(reasoning=WORDS), gate=gate, gate_at=150))
    with NginxServer([web.port for web in cluster.webs]) as nginx:
        assert "syntax is ok" in nginx.check()
        with cluster.asks(nginx.url) as asked, cluster.follows(nginx.url, asked.turn_id) as reader:
            assert asked.response.headers["content-encoding"] == "gzip"
            asked.read_until("Word")  # the gate is shut: nothing was held back
            reader.read_until("Word")
            gate.open()
            assert asked.end()["type"] == reader.end()["type"] == "done"
            assert reader.text() == WORDS.strip()


def test_nginx_as_deployed_asks_another_server_when_one_is_gone(cluster: Cluster) -> None:
    gone = free_port()  # nobody listens there
    with NginxServer([gone, cluster.webs[0].port]) as nginx:
        answers = [httpx.get(f"{nginx.url}/accounts/login/", timeout=PATIENCE_S) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4


def test_nothing_is_lost_while_everything_is_killed(
    cluster: Cluster, provider: ProviderThread
) -> None:
    """A short ``make chaos``: what is printed repeats it, as far as anything can."""
    chaos_provider = ChaosProvider()
    provider.plays(Handles(chaos_provider.answer))
    report = asyncio.run(chaos_on(cluster, chaos_provider, turns=10, seed=17, at_once=10))
    assert not report.verdict.faults, str(report)


def test_uvicorn_serves_the_same_application_with_several_processes(
    cluster: Cluster, provider: ProviderThread, tmp_path: Path
) -> None:
    provider.plays(Says(chat_output(reasoning=WORDS)))
    server = UvicornServer(tmp_path, processes=2, **cluster.environment)
    cluster.webs.append(server)
    try:
        server.start()
        for _ in range(4):  # whichever of its processes takes them
            with cluster.asks(2) as asked, cluster.follows(2, asked.turn_id) as reader:
                assert asked.end()["type"] == reader.end()["type"] == "done"
                assert reader.text() == WORDS.strip()
    finally:
        server.terminate()
        cluster.webs.remove(server)
