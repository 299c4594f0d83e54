"""PostgreSQL takes no writes (a standby, a full disk): said plainly, and it passes by itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.cluster import Stream, signed_in
from tests.support.eventually import PATIENCE_S
from tests.support.provider_stand_in import Says, chat_output
from tests.support.services import PostgresServer

QUESTION = "Typed with much care. " * 100
WORDS = "Word " * 60
SENTENCE = "cannot save or load data right now"


def until(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.05)
    return found


def set_read_only(postgres: PostgresServer, value: str) -> None:
    """For all who are connected, too."""
    with psycopg.connect(postgres.url, autocommit=True) as administration:
        administration.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}".encode())
        administration.execute("SELECT pg_reload_conf()")


@contextmanager
def read_only(postgres: PostgresServer) -> Iterator[None]:
    set_read_only(postgres, "on")
    try:
        yield
    finally:
        set_read_only(postgres, "off")


def health(server: OliverServer) -> dict[str, Any]:
    return dict(httpx.get(f"{server.url}/api/health", timeout=PATIENCE_S).json())


def is_well(server: OliverServer) -> bool:
    return bool(health(server)["checks"]["database"]["ok"])


def ask(browser: httpx.Client, **headers: str) -> httpx.Response:
    form = {
        "question": QUESTION,
        "analysis_type": "general",
        "idempotency_key": uuid4().hex,
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    return browser.post("/turns/", data=form, headers=headers)


def test_what_is_typed_is_kept_and_what_is_written_is_stored_when_writes_are_taken_again(
    tmp_path: Path,
) -> None:
    with PostgresServer() as postgres, ProviderThread() as provider:
        gate = provider.gate()
        provider.plays(Says(chat_output(reasoning=WORDS), gate=gate, gate_at=150))
        environment = {
            "DATABASE_URL": postgres.url,
            "OLIVER_MODEL": "openai/x",
            "OLIVER_API_BASE": provider.url,
            "OLIVER_API_KEY": "sk-test",
        }
        with OliverServer(tmp_path, **environment) as server, signed_in(server.url) as browser:
            body = {"messages": [{"content": "how long to report suspicious", "sender": "user"}]}
            bearer = server.bearer
            url = f"{server.url}/api/chat/stream"
            with httpx.stream(
                "POST", url, headers=bearer, json=body, timeout=PATIENCE_S
            ) as response:
                reader = Stream(response)
                reader.read_until("Word")
                with read_only(postgres):
                    until(lambda: not is_well(server))
                    page = ask(browser)
                    assert page.status_code == 503
                    assert QUESTION.strip() in page.text
                    assert SENTENCE in page.text
                    told = ask(browser, **{"HX-Request": "true"})
                    assert (told.status_code, SENTENCE in told.text) == (503, True)
                    program = httpx.post(url, headers=bearer, json=body, timeout=PATIENCE_S)
                    assert program.status_code == 503
                    assert program.json()["error"]["code"] == "storage_unavailable"
                    gate.open()
                    reader.read_until(WORDS.strip())  # it reaches its reader all the same
                assert reader.end()["type"] == "done"
            until(lambda: is_well(server))
            assert ask(browser).status_code == 303
            turn = httpx.get(
                f"{server.url}/api/turns/{reader.turn_id}", headers=bearer, timeout=PATIENCE_S
            )
            assert turn.json()["status"] == "done"
            assert turn.json()["answer"]["reasoning"] == WORDS.strip()
        assert server.log.read_text().count("The database is away or full") == 1
