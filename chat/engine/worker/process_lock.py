"""The process lock: only one process may keep its log in memory.

The first server locks a file in the data directory. ``chat.engine.delivery.routing`` checks it at
start, and so does health. It detects what settings cannot, such as ``uvicorn --workers 2``: readers
in one process would wait for answers held by another. Across machines or data directories, only
worker heartbeats can tell (see ``chat.engine.worker.health``).
"""

import logging
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from chat.kernel.conf import conf

try:
    import fcntl
except ImportError:  # not Unix: rely on heartbeats
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

#: File descriptors by path, kept open; the kernel releases the locks when the process ends.
_held: dict[Path, int] = {}


def is_alone() -> bool:
    """True if this process has the lock or can take it now."""
    path = _path()
    if conf().redis_url or fcntl is None or path in _held:
        return True
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return True  # disk full or no permission: unknown
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held[path] = descriptor
    return True


def say_if_not_alone() -> None:
    if not is_alone():
        logger.error(
            "Another process serves already, and each keeps its log in memory: readers would miss "
            "answers of the other. Set REDIS_URL, or run one process (no uvicorn --workers)"
        )


def _path() -> Path:
    """One lock per database: two sites may share a directory."""
    database: Mapping[str, object] = settings.DATABASES["default"]
    named = "|".join(str(database.get(key, "")) for key in ("HOST", "PORT", "NAME"))
    return conf().data_dir / f"serving-{sha256(named.encode()).hexdigest()[:12]}.lock"
