"""A log in memory is for one process: a second one is told of, by the log and by health."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.server import OliverServer
from tests.support.cluster import UvicornServer
from tests.support.eventually import PATIENCE_S

pytestmark = pytest.mark.begins_first
TOLD = "Another process serves already"


def until(true: Callable[[], Any], server: OliverServer) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, server.log.read_text()
        time.sleep(0.05)


def health(server: OliverServer) -> httpx.Response | None:
    """By a connection of its own, so that any of its processes may take it."""
    try:
        return httpx.get(f"{server.url}/api/health", timeout=PATIENCE_S)
    except httpx.TransportError:
        return None


def log_of(told: httpx.Response | None) -> dict[str, Any]:
    return dict(told.json()["checks"]["log"]) if told else {}


def test_uvicorn_with_two_workers_and_no_redis_is_told_of(tmp_path: Path) -> None:
    server = UvicornServer(tmp_path, processes=2)
    server.prepare()
    try:
        server.begin()
        until(lambda: TOLD in server.log.read_text(), server)
        until(lambda: not log_of(health(server)).get("ok", True), server)
        told = [health(server) for _ in range(8)]
        assert [answer.status_code for answer in told if answer] == [503] * 8
        assert all("REDIS_URL" in log_of(answer)["detail"] for answer in told)
    finally:
        server.terminate()
    assert server.log.read_text().count(TOLD) == 1


def test_a_second_server_of_the_same_directory_is_told_of_until_the_first_is_gone(
    tmp_path: Path,
) -> None:
    first, second = OliverServer(tmp_path), OliverServer(tmp_path)
    second.log = tmp_path / "second.log"
    try:
        with first:
            second.begin()
            until(lambda: health(second), second)
            assert not log_of(health(second))["ok"]
            assert TOLD in second.log.read_text()
            assert TOLD not in first.log.read_text()
            first.terminate()  # killed, its heartbeat would speak for it a while
        second.wait_until_it_answers()
        assert log_of(health(second))["ok"]
    finally:
        second.kill()
