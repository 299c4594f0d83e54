"""A SQLite file that something has overwritten: 503 and a sentence, in whatever way one asks."""

from pathlib import Path

import httpx

from tests.browser.server import OliverServer
from tests.outages.test_read_only import SENTENCE, ask
from tests.support.cluster import signed_in
from tests.support.eventually import PATIENCE_S


def overwrite(data_dir: Path) -> None:
    """In place, and as long as before: open connections keep reading the same file."""
    for file in data_dir.glob("oliver.sqlite3*"):
        if not file.name.endswith("-shm"):
            file.write_bytes(b"\x55" * file.stat().st_size)


def test_a_damaged_database_file_gives_503_with_a_sentence_to_pages_programs_and_health(
    tmp_path: Path,
) -> None:
    with OliverServer(tmp_path) as server, signed_in(server.url) as browser:
        bearer = server.bearer
        overwrite(tmp_path)

        page = browser.get("/conversations/")
        assert (page.status_code, SENTENCE in page.text) == (503, True)
        told = ask(browser, **{"HX-Request": "true"})
        assert (told.status_code, SENTENCE in told.text) == (503, True)
        program = httpx.get(f"{server.url}/api/turns/1", headers=bearer, timeout=PATIENCE_S)
        assert program.status_code == 503
        assert program.json()["error"]["code"] == "storage_unavailable"
        assert SENTENCE in program.json()["error"]["message"]
        health = httpx.get(f"{server.url}/api/health", timeout=PATIENCE_S)
        assert health.status_code == 503
        database = health.json()["checks"]["database"]
        assert database["ok"] is False
        assert database["detail"]
