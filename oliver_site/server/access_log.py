"""Keeps query strings and share-link secrets out of access logs.

A query contains what somebody searched for, and the path of a share link is enough to read what it
shares. Logs are kept longer and read by more people than either was meant for.
"""

import logging
import re
from urllib.parse import quote, unquote

_SECRET = re.compile(r"^(.*/shared/)[^/]+", re.IGNORECASE)


def without_secrets(target: str) -> str:
    """``/shared/kC3…/?q=elder`` -> ``/shared/-/``, percent-encoded or not."""
    path = target.partition("?")[0].partition("#")[0]
    return quote(_SECRET.sub(r"\1-", unquote(path, "latin-1")), encoding="latin-1")


class WithoutSecrets(logging.Filter):
    """For uvicorn's access log, whose records contain (client, method, target, version, status)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, target, *rest = record.args
            record.args = (client, method, without_secrets(str(target)), *rest)
        return True
