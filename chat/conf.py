"""Typed settings of the chat application, with units in their names.

``oliver_site/settings.py`` builds one ``Conf`` from the environment and stores it as
``settings.OLIVER``; everything in ``chat`` reads it through ``conf()``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings


@dataclass(frozen=True)
class Conf:
    """See the README's table of settings for what each one does."""

    data_dir: Path
    model: str | None = None  # a DSPy model string; None: the quote engine
    api_base: str | None = None
    api_key: str | None = None
    adapter: Literal["chat", "json"] = "chat"
    provider_timeout_s: float = 60.0
    provider_max_connections: int = 1_000
    provider_retries: int = 2  # before the first token only
    max_live_turns: int = 64  # turns that one worker runs at once
    worker: Literal["in-process", "external"] = "in-process"
    redis_url: str | None = None  # None: log and doorbell in this process's memory
    history_budget_tokens: int = 6_000
    question_max_chars: int = 100_000
    lease_s: float = 15.0  # a running turn whose lease ran out has lost its worker
    checkpoint_every_s: float = 1.0
    queue_poll_s: float = 2.0  # doorbells may be lost: the worker also looks by itself
    sse_heartbeat_s: float = 15.0
    frame_min_s: float = 0.05  # shortest time between two frames of one reader
    log_retention_s: float = 600.0  # how long the log of an ended turn is kept


def conf() -> Conf:
    """The settings in force. Read at each use, so that tests can replace ``settings.OLIVER``."""
    settings_in_force: Conf = settings.OLIVER
    return settings_in_force
