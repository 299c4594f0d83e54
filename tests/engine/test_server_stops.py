"""A server with its own worker that is told to stop gives its running answers their end."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.cluster import Stream
from tests.support.eventually import PATIENCE_S
from tests.support.provider_stand_in import Says, chat_output


def stored(folder: Path, turn_id: int) -> tuple[str, str]:
    """Status and reasoning, as the server has left them: nobody is there to recover anything."""
    with closing(sqlite3.connect(folder / "oliver.sqlite3")) as database:
        sql = "SELECT status, answer_state FROM conversations_turn WHERE id = ?"
        status, state = database.execute(sql, (turn_id,)).fetchone()
    return status, json.loads(state)["reasoning"]


def test_daphne_told_to_stop_stores_what_was_written_and_leaves_no_turn_running(
    tmp_path: Path,
) -> None:
    with ProviderThread() as provider:
        provider.plays(Says(chat_output(reasoning="Word " * 60), gate=provider.gate(), gate_at=250))
        environment = {"OLIVER_MODEL": "openai/x", "OLIVER_API_BASE": provider.url}
        with OliverServer(tmp_path, OLIVER_API_KEY="sk-test", **environment) as server:
            body = {"messages": [{"content": "how long to report suspicious", "sender": "user"}]}
            url = f"{server.url}/api/chat/stream"
            with httpx.stream(
                "POST", url, headers=server.bearer, json=body, timeout=PATIENCE_S
            ) as response:
                reader = Stream(response)
                reader.read_until("Word Word")
                assert server._process is not None
                server._process.send_signal(signal.SIGTERM)
                server._process.wait(PATIENCE_S)
    status, reasoning = stored(tmp_path, reader.turn_id)
    assert status == "interrupted"
    assert reasoning.startswith(reader.text().rstrip())
