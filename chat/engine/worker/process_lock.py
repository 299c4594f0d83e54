"""One process may keep its log in memory: the first that serves takes a lock in the data directory.

Asked by ``chat.engine.delivery.routing`` at the start and by health. It sees what settings cannot
tell, as
``uvicorn --workers 2``: each process would hold answers that the others' readers wait for. Over
several machines, or data directories, only the workers' beats tell (see
``chat.engine.worker.health``).
"""

import logging
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from chat.kernel.conf import conf

try:
    import fcntl
except ImportError:  # not a Unix: the beats have to do
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

#: The lock's file descriptors by path. They stay open: the kernel lets go when the process ends.
_held: dict[Path, int] = {}


def is_alone() -> bool:
    """Whether this process has the lock, or gets it now that its holder has gone."""
    path = _path()
    if conf().redis_url or fcntl is None or path in _held:
        return True
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return True  # no room, or no right to write there: nothing can be told
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held[path] = descriptor
    return True


def say_if_not_alone() -> None:
    """Once, when this process begins to serve."""
    if not is_alone():
        logger.error(
            "Another process serves already, and each keeps its log in memory: readers would miss "
            "answers of the other. Set REDIS_URL, or run one process (no uvicorn --workers)"
        )


def _path() -> Path:
    """One for each database: two sites may share a directory."""
    database: Any = settings.DATABASES["default"]
    named = "|".join(str(database.get(key, "")) for key in ("HOST", "PORT", "NAME"))
    return conf().data_dir / f"serving-{sha256(named.encode()).hexdigest()[:12]}.lock"
