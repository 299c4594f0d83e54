"""Limits: how often one user and one address may sign in, ask and call the API.

Views and the API call these before they act; each raises ``RateLimited`` (429, with the seconds to
wait). Counters are rows that the database counts up, because a cache's counter is not atomic and
each process would have its own. A limit holds for a calendar minute. How many turns a user may
start is counted where they start (``chat.conversations.start``); here only their address is.
"""

from hashlib import sha256
from ipaddress import ip_address
from time import time
from typing import Any

from django.db import connection
from django.http import HttpRequest

from chat.accounts.models import RequestCount
from chat.kernel.conf import conf
from chat.kernel.errors import RateLimited

_MINUTE_S = 60
#: Rows of addresses that never came back are dropped after an hour.
_KEEP_MINUTES = 60
#: Of a caller who has none: a server that listens on a socket file does not know it.
_NOWHERE = "0.0.0.0"  # noqa: S104 (nothing is bound to it)

#: A machine whose clock is behind counts into the newest minute that is known.
_COUNT_UP = """
    INSERT INTO accounts_requestcount AS known (key, minute, count) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.minute < excluded.minute THEN 1 ELSE known.count + 1 END,
        minute = CASE WHEN known.minute < excluded.minute
            THEN excluded.minute ELSE known.minute END
    RETURNING count
"""


def check_sign_in(request: HttpRequest, *, username: str) -> None:
    """Before a password is checked: somebody may be trying them one by one."""
    limit = conf().sign_ins_per_minute
    _count(f"sign-in address {address_of(request)}", most=limit * conf().users_per_address)
    _count(f"sign-in user {sha256(username.encode()).hexdigest()}", most=limit)


def check_turn(request: HttpRequest) -> None:
    """Before a turn is started."""
    limit = conf().turns_per_minute * conf().users_per_address
    _count(f"turn address {address_of(request)}", most=limit)


def check_api(request: HttpRequest, user: Any) -> None:
    """Before a call of the API; ``user`` is None when nobody known calls."""
    limit = conf().api_requests_per_minute
    if user is not None:
        _count(f"api user {user.pk}", most=limit)
    _count(f"api address {address_of(request)}", most=limit * conf().users_per_address)


def address_of(request: HttpRequest, *_: object) -> str:
    """The caller's address; behind trusted proxies what the outermost of them saw.

    Each proxy appends the address it sees to X-Forwarded-For, so only the last entries, as many as
    there are proxies of ours, can be believed: ``<made up>, <client>`` behind one proxy.
    """
    seen = str(request.META.get("REMOTE_ADDR") or _NOWHERE)
    proxies = conf().trusted_proxies
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        seen = forwarded[-proxies]
    return seen if _is_address(seen) else _NOWHERE


def _is_address(text: str) -> bool:
    """Whether a column for addresses takes it: PostgreSQL's is strict."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _count(key: str, *, most: int) -> None:
    now_s = time()
    if _hit(key, minute=int(now_s // _MINUTE_S)) > most:
        raise RateLimited(retry_after_s=_MINUTE_S - now_s % _MINUTE_S)


def _hit(key: str, *, minute: int) -> int:
    """Count one up; returns the count of this minute so far. Each question comes by here: the ORM
    would take three statements, and five times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [key, minute])
        [count] = cursor.fetchone()
    if count == 1:
        RequestCount.objects.filter(minute__lt=minute - _KEEP_MINUTES).delete()
    return int(count)
