"""The secret key of an installation: generated on the first run, kept in the data directory."""

import os
import secrets
from pathlib import Path


def stored_secret_key(data_dir: Path) -> str:
    path = data_dir / "secret_key"
    try:
        # O_EXCL: if two processes start at once, one creates the key and both read it.
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text().strip()
