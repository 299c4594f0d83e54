"""The secret key of an installation: made on the first run, kept in the data directory."""

import os
import secrets
from pathlib import Path


def stored_secret_key(data_dir: Path) -> str:
    """Return the key in ``data_dir/secret_key``, made (readable by its owner only) if missing."""
    path = data_dir / "secret_key"
    try:
        # O_EXCL: of two processes that start at once, one makes the key and both read it.
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text().strip()
