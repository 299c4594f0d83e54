"""Restricts the data directory, which holds questions, answers and the secret key, to its owner."""

import contextlib
from pathlib import Path


def make_private(data_dir: Path) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    _close(data_dir, 0o700)


def make_database_private(path: Path) -> None:
    """SQLite gives its extra files (``-wal``, ``-shm``) the mode of the database file."""
    path.touch(mode=0o600)
    for file in (path, *path.parent.glob(f"{path.name}-*")):
        _close(file, 0o600)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 != mode:
        with contextlib.suppress(PermissionError):  # belongs to another user
            path.chmod(mode)
