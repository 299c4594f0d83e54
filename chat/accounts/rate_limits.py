"""Limits: how often one user and one address may sign in, ask and call the API.

Views and the API call these before they act; each raises ``RateLimited`` (429, with the seconds to
wait). Counters are rows that the database counts up, because a cache's counter is not atomic and
each process would have its own. How many turns a user may start is counted where they start
(``chat.conversations.start``), by the turns that there are; here only their address is.

No limit of signing in is by name alone: anybody could then lock out anybody whose name they know.
"""

import unicodedata
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from time import time
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import ngettext

from chat.accounts.models import RequestCount
from chat.kernel.conf import conf
from chat.kernel.errors import RateLimited

_MINUTE_S = 60
#: Rows of addresses that never came back are dropped after an hour.
_KEEP_MINUTES = 60
#: Of a caller who has none: a server that listens on a socket file does not know it.
_NOWHERE = "0.0.0.0"  # noqa: S104 (nothing is bound to it)
#: Tries before a name is locked for an address, and for how long after the first.
WRONG_PASSWORDS, LOCKED_MINUTES = 5, 15

#: A window of some minutes begins with its first hit. A machine whose clock is behind counts into
#: the newest window that is known.
_COUNT_UP = """
    INSERT INTO accounts_requestcount AS known (key, minute, count) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.minute <= excluded.minute - %s THEN 1 ELSE known.count + 1 END,
        minute = CASE WHEN known.minute <= excluded.minute - %s
            THEN excluded.minute ELSE known.minute END
    RETURNING minute, count
"""


def check_sign_in(request: HttpRequest, *, username: str) -> None:
    """Before a password is checked: somebody may be trying them one by one. Each try counts as
    wrong until ``signed_in`` is told otherwise, so that tries at the same moment count as well.
    """
    address = _network_of(request)
    limit = conf().sign_ins_per_minute * conf().users_per_address
    _count(f"sign-in address {address}", most=limit)
    _count_password(f"sign-in {_mark_of(username)} {address}")


def signed_in(request: HttpRequest, *, username: str) -> None:
    """The password was right: what was wrong before is forgotten."""
    _forget(f"sign-in {_mark_of(username)} {_network_of(request)}")


def unlock(username: str) -> int:
    """Let everybody try this name again. Returns for how many addresses it was counted."""
    counts = RequestCount.objects.filter(key__startswith=f"sign-in {_mark_of(username)} ")
    return counts.delete()[0]


def check_password_change(user: Any) -> None:
    """Before the old password is checked, at a browser that somebody may have left alone."""
    _count_password(f"password {user.pk}")


def password_changed(user: Any) -> None:
    _forget(f"password {user.pk}")


def check_turn(request: HttpRequest) -> None:
    """Before a turn is started."""
    limit = conf().turns_per_minute * conf().users_per_address
    _count(f"turn address {_network_of(request)}", most=limit)


def check_debug_stream(request: HttpRequest, user: Any) -> None:
    """Before a model is called for raw values: as for a turn, which would be counted by itself."""
    check_turn(request)
    _count(f"debug user {user.pk}", most=conf().turns_per_minute)


def check_api(request: HttpRequest, user: Any) -> None:
    """Before a call of the API; ``user`` is None when nobody known calls."""
    limit = conf().api_requests_per_minute
    if user is not None:
        _count(f"api user {user.pk}", most=limit)
    _count(f"api address {_network_of(request)}", most=limit * conf().users_per_address)


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


def _network_of(request: HttpRequest) -> str:
    """What counts as one address: of IPv6 whoever has one has 2**64 of them."""
    address = ip_address(address_of(request))
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def _mark_of(username: str) -> str:
    """The same for every way to write a name that finds the same user, and then some."""
    name = " ".join(unicodedata.normalize("NFKC", username).casefold().split())
    return sha256(name.encode(errors="replace")).hexdigest()


def _count(key: str, *, most: int) -> None:
    wait_s = _wait_s(key, most=most)
    if wait_s is not None:
        raise RateLimited.for_seconds(wait_s)


def _count_password(key: str) -> None:
    wait_s = _wait_s(key, most=WRONG_PASSWORDS, window_minutes=LOCKED_MINUTES)
    if wait_s is not None:
        minutes = max(1, round(wait_s / _MINUTE_S))
        raise RateLimited(_locked_sentence(minutes), retry_after_s=wait_s)


def _locked_sentence(minutes: int) -> str:
    return ngettext(
        "Too many wrong passwords for this name. "
        "Try again in {minutes} minute, or ask your administrator.",
        "Too many wrong passwords for this name. "
        "Try again in {minutes} minutes, or ask your administrator.",
        minutes,
    ).format(minutes=minutes)


def _wait_s(key: str, *, most: int, window_minutes: int = 1) -> float | None:
    """Count one up; how long to wait if that was one too many."""
    now_s = time()
    since, count = _hit(key, minute=int(now_s // _MINUTE_S), window_minutes=window_minutes)
    return (since + window_minutes) * _MINUTE_S - now_s if count > most else None


def _hit(key: str, *, minute: int, window_minutes: int) -> tuple[int, int]:
    """Count one up; returns the window's first minute and its count so far. Each question comes by
    here: the ORM would take three statements, and five times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [key, minute, window_minutes, window_minutes])
        since, count = cursor.fetchone()
    if count == 1:
        RequestCount.objects.filter(minute__lt=minute - _KEEP_MINUTES).delete()
    return int(since), int(count)


def _forget(key: str) -> None:
    RequestCount.objects.filter(key=key).delete()
