"""System checks: settings that contradict each other. Run at start and by ``manage.py check``."""

import os
import sqlite3

from django.core.checks import CheckMessage, Error, register
from django.db import connection

from chat.kernel.conf import conf

#: The first version with RETURNING.
_OLDEST_SQLITE = (3, 35)
_MEMORY_LAYER = "channels.layers.InMemoryChannelLayer"


@register()
def external_workers_need_redis(**kwargs: object) -> list[CheckMessage]:
    """An external worker cannot receive a doorbell or share a log in this process's memory."""
    if conf().worker != "external" or (conf().redis_url and not _has_memory_layer()):
        return []
    return [
        Error(
            "OLIVER_WORKER=external needs a channel layer and a log that processes share.",
            hint="Set REDIS_URL, or unset OLIVER_WORKER.",
            id="oliver.E001",
        )
    ]


@register()
def several_processes_need_redis(**kwargs: object) -> list[CheckMessage]:
    """uvicorn and others read WEB_CONCURRENCY as the number of processes to start."""
    processes = os.environ.get("WEB_CONCURRENCY", "1")
    if conf().redis_url or not processes.isdigit() or int(processes) < 2:
        return []
    return [
        Error(
            f"WEB_CONCURRENCY={processes}, but each process would keep its log to itself.",
            hint="Set REDIS_URL, or run one process.",
            id="oliver.E002",
        )
    ]


@register()
def log_and_layer_go_together(**kwargs: object) -> list[CheckMessage]:
    """With only one of them in Redis, other processes would receive nothing."""
    if bool(conf().redis_url) != _has_memory_layer():
        return []
    return [
        Error(
            "The event log and the channel layer are not in the same place.",
            hint="REDIS_URL chooses both; leave CHANNEL_LAYERS as it is.",
            id="oliver.E003",
        )
    ]


@register()
def trusted_certificates_can_be_read(**kwargs: object) -> list[CheckMessage]:
    """Python ignores a missing file, and then trusts no provider."""
    name = os.environ.get("SSL_CERT_FILE", "")
    if not name or os.access(name, os.R_OK):
        return []
    return [
        Error(
            f"SSL_CERT_FILE={name} cannot be read, so no provider's certificate would be trusted.",
            hint="Name a file of certificates (PEM), or unset it.",
            id="oliver.E004",
        )
    ]


@register()
def sqlite_is_not_too_old(**kwargs: object) -> list[CheckMessage]:
    """Python uses the system's SQLite, which may be older than Python."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= _OLDEST_SQLITE:
        return []
    return [
        Error(
            f"SQLite {sqlite3.sqlite_version} is too old: Oliver needs 3.35 (2021) or newer.",
            hint="Use a Python that brings a newer one, or set DATABASE_URL to PostgreSQL.",
            id="oliver.E005",
        )
    ]


def _has_memory_layer() -> bool:
    from django.conf import settings

    return bool(settings.CHANNEL_LAYERS["default"]["BACKEND"] == _MEMORY_LAYER)
