"""Rate limits: how often a user and an address may sign in, ask and call the API.

Views and the API call these first; each raises ``RateLimited`` (429, with the seconds to wait).
Counters are database rows, because a cache's counter is not atomic and would exist once per
process. The turns of a user are counted where they start (``chat.conversations.start``); this
module counts those of an address.

No sign-in limit is by name alone: anybody could lock out any user whose name they know.
"""

import unicodedata
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from time import time

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import ngettext

from chat.accounts.models import RequestCount
from chat.kernel.conf import conf
from chat.kernel.errors import RateLimited

_MINUTE_S = 60
#: Rows of addresses that never came back are deleted after an hour.
_KEEP_MINUTES = 60
#: For callers without an address: a server on a Unix socket does not see one.
_NO_ADDRESS = "0.0.0.0"  # noqa: S104 (nothing is bound to it)
#: Failed tries before a name is locked for an address, and for how long from the first one.
MAX_FAILED_SIGN_INS, LOCKOUT_MINUTES = 5, 15

#: A window begins with its first hit. A machine whose clock is behind counts into the newest
#: window.
_COUNT_UP = """
    INSERT INTO accounts_requestcount AS known (key, minute, count) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.minute <= excluded.minute - %s THEN 1 ELSE known.count + 1 END,
        minute = CASE WHEN known.minute <= excluded.minute - %s
            THEN excluded.minute ELSE known.minute END
    RETURNING minute, count
"""


def check_sign_in(request: HttpRequest, *, username: str) -> None:
    """Call it before the password is checked.

    A try counts as failed until ``signed_in`` clears it, so that simultaneous tries count as well.
    """
    address = _network_of(request)
    limit = conf().sign_ins_per_minute * conf().users_per_address
    _count(f"sign-in address {address}", most=limit)
    _count_password(f"sign-in {_name_digest(username)} {address}")


def signed_in(request: HttpRequest, *, username: str) -> None:
    """Clear the failed tries after a correct password."""
    _forget(f"sign-in {_name_digest(username)} {_network_of(request)}")


def unlock(username: str) -> int:
    """Clear the failed tries of a name. Returns the number of addresses they came from."""
    counts = RequestCount.objects.filter(key__startswith=f"sign-in {_name_digest(username)} ")
    return counts.delete()[0]


def check_password_change(user: User | AnonymousUser) -> None:
    _count_password(f"password {user.pk}")


def password_changed(user: User | AnonymousUser) -> None:
    _forget(f"password {user.pk}")


def check_turn(request: HttpRequest) -> None:
    limit = conf().turns_per_minute * conf().users_per_address
    _count(f"turn address {_network_of(request)}", most=limit)


def check_debug_stream(request: HttpRequest, user: User) -> None:
    """Call it before a model is called for raw values; no turn counts these calls."""
    check_turn(request)
    _count(f"debug user {user.pk}", most=conf().turns_per_minute)


def check_api(request: HttpRequest, user: User | None) -> None:
    """``user`` is None for an unauthenticated call."""
    limit = conf().api_requests_per_minute
    if user is not None:
        _count(f"api user {user.pk}", most=limit)
    _count(f"api address {_network_of(request)}", most=limit * conf().users_per_address)


def address_of(request: HttpRequest, *_: object) -> str:
    """The caller's address, seen by the outermost trusted proxy if there are any.

    Each proxy appends the address it sees to X-Forwarded-For, so only as many entries from the end
    as there are trusted proxies can be believed: ``<made up>, <client>`` behind one proxy.
    """
    seen = str(request.META.get("REMOTE_ADDR") or _NO_ADDRESS)
    proxies = conf().trusted_proxies
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        seen = forwarded[-proxies]
    return seen if _is_address(seen) else _NO_ADDRESS


def _is_address(text: str) -> bool:
    """PostgreSQL's address column rejects anything else."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _network_of(request: HttpRequest) -> str:
    """The /64 network of an IPv6 address: a client usually has all 2**64 addresses of it."""
    address = ip_address(address_of(request))
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def _name_digest(username: str) -> str:
    """The same for all spellings of a name that find the same user, and a few more."""
    name = " ".join(unicodedata.normalize("NFKC", username).casefold().split())
    return sha256(name.encode(errors="replace")).hexdigest()


def _count(key: str, *, most: int) -> None:
    wait_s = _seconds_to_wait(key, most=most)
    if wait_s is not None:
        raise RateLimited.for_seconds(wait_s)


def _count_password(key: str) -> None:
    wait_s = _seconds_to_wait(key, most=MAX_FAILED_SIGN_INS, window_minutes=LOCKOUT_MINUTES)
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


def _seconds_to_wait(key: str, *, most: int, window_minutes: int = 1) -> float | None:
    """Count one hit; the seconds to wait if it exceeds the limit, else None."""
    now_s = time()
    since, count = _count_hit(key, minute=int(now_s // _MINUTE_S), window_minutes=window_minutes)
    return (since + window_minutes) * _MINUTE_S - now_s if count > most else None


def _count_hit(key: str, *, minute: int, window_minutes: int) -> tuple[int, int]:
    """Count one hit; returns the window's first minute and its count.

    Every question calls this: the ORM would need three statements and five times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [key, minute, window_minutes, window_minutes])
        since, count = cursor.fetchone()
    if count == 1:
        RequestCount.objects.filter(minute__lt=minute - _KEEP_MINUTES).delete()
    return int(since), int(count)


def _forget(key: str) -> None:
    RequestCount.objects.filter(key=key).delete()
