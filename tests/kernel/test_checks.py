"""Contradicting settings are errors that say how to fix them."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

REDIS_LAYER = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}


def told() -> list[str]:
    return [str(message.id) for message in run_checks() if str(message.id).startswith("oliver.")]


def test_one_process_by_itself_is_fine() -> None:
    assert told() == []


def test_an_external_worker_with_a_log_in_memory_is_an_error(
    configure: Callable[..., None],
) -> None:
    configure(worker="external")
    assert told() == ["oliver.E001"]


def test_an_external_worker_with_redis_is_fine(
    configure: Callable[..., None], settings: Settings
) -> None:
    settings.CHANNEL_LAYERS = REDIS_LAYER
    configure(worker="external", redis_url="redis://somewhere")
    assert told() == []


def test_several_processes_with_a_log_in_memory_are_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert told() == ["oliver.E002"]


@pytest.mark.parametrize(("layer", "redis_url"), [(REDIS_LAYER, None), (None, "redis://somewhere")])
def test_log_and_layer_in_different_places_are_an_error(
    configure: Callable[..., None], settings: Settings, layer: Any, redis_url: str | None
) -> None:
    settings.CHANNEL_LAYERS = layer or settings.CHANNEL_LAYERS
    configure(redis_url=redis_url)
    assert told() == ["oliver.E003"]


def test_a_missing_certificate_file_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = tmp_path / "authorities.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    assert told() == ["oliver.E004"]
    named.touch()
    assert told() == []


def test_an_sqlite_without_returning_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert told() == ["oliver.E005"]
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 35, 0))
    assert told() == []
