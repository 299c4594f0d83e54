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
    model_titles: bool = True  # may the model name conversations after their first answer
    title_timeout_s: float = 10.0
    max_live_turns: int = 64  # turns that one worker runs at once
    worker: Literal["in-process", "external"] = "in-process"
    stop_grace_s: float = 30.0  # an external worker that is told to stop lets its turns end
    redis_url: str | None = None  # None: log and doorbell in this process's memory
    history_budget_tokens: int = 6_000
    question_max_chars: int = 100_000
    turns_per_minute: int = 20  # that one user may start
    live_turns_per_user: int = 5  # waiting or running at once
    api_requests_per_minute: int = 600  # of one user
    sign_ins_per_minute: int = 5  # tries for one user name
    users_per_address: int = 10  # an address may do so many times what one user may
    trusted_proxies: int = 0  # whose X-Forwarded-For is believed
    lease_s: float = 15.0  # a running turn whose lease ran out has lost its worker
    sharing: bool = False  # may owners make read-only links for people without an account
    deleted_kept_days: int = 7  # a deleted conversation can be restored for so long
    checkpoint_every_s: float = 0.75  # so that with the save itself a second is kept
    queue_poll_s: float = 2.0  # doorbells may be lost: the worker also looks by itself
    sse_heartbeat_s: float = 15.0
    stream_max_s: float = 900.0  # then a stream ends, and its reader comes back for the rest
    compress_streams: bool = True  # for readers who say that they take gzip
    stalled_after_s: float = 60.0  # a reader who takes nothing for so long is cut
    admission_every_s: float = 10.0  # how often it is looked who may still read
    frame_min_s: float = 0.05  # shortest time between two frames of one reader
    log_retention_s: float = 600.0  # how long the log of an ended turn is kept


def conf() -> Conf:
    """The settings in force. Read at each use, so that tests can replace ``settings.OLIVER``."""
    settings_in_force: Conf = settings.OLIVER
    return settings_in_force
