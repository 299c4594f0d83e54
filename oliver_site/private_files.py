"""The data directory is for its owner alone: it holds questions, answers and the secret key."""

import contextlib
from pathlib import Path


def make_private(data_dir: Path) -> None:
    """Make the directory, or close one that an earlier version left open to others."""
    data_dir.mkdir(parents=True, exist_ok=True)
    _close(data_dir, 0o700)


def make_database_private(path: Path) -> None:
    """SQLite gives the files beside its database (``-wal``, ``-shm``) the database's own mode."""
    path.touch(mode=0o600)
    for file in (path, *path.parent.glob(f"{path.name}-*")):
        _close(file, 0o600)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 != mode:
        with contextlib.suppress(PermissionError):  # another owner's, who decides
            path.chmod(mode)
