"""Re-checks every few seconds whether the readers of open streams still have access.

A view checks access when a stream begins. A stream is ended when its session or token has expired,
the password was changed, the user was deactivated or the conversation is gone; the reader then
reconnects and the view explains why. Four queries per check, however many readers there are. Used
by ``TurnStreamConsumer``.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from chat.accounts.models import ApiToken
from chat.accounts.models.api_token import digest_of
from chat.conversations.models import Turn
from chat.engine.delivery.follow import Follow, mark_of
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    """Who follows which turn, authenticated by either a session or a token. ``turn_id`` is None for
    the debug stream, which only staff may read.
    """

    turn_id: int | None
    user_id: int
    password_mark: str
    session_key: str = ""
    token_digest: str = ""


def reader_of(follow: Follow, headers: Iterable[tuple[bytes, bytes]]) -> Reader:
    """Identified the way the view did it: pages accept sessions only, whatever headers are sent."""
    sent = {name.lower(): value.decode("latin-1") for name, value in headers}
    authorization = sent.get(b"authorization", "") if follow.stream_format == "json" else ""
    credential = _credential(authorization, sent.get(b"cookie", ""))
    return Reader(follow.turn_id, follow.user_id, follow.password_mark, **credential)


def staff_reader(request: HttpRequest, user: User) -> Reader:
    """For the debug stream of the API, which belongs to no turn."""
    sent = request.headers
    credential = _credential(sent.get("Authorization", ""), sent.get("Cookie", ""))
    return Reader(None, user.pk, mark_of(user.password), **credential)


def _credential(authorization: str, cookie: str) -> dict[str, str]:
    """A token takes precedence over a session, as in ``chat.api.auth``."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return {"token_digest": digest_of(secret.strip())}
    return {"session_key": parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")}


def readers_with_access(readers: Collection[Reader]) -> set[Reader]:
    """Those a view would still accept. Runs four queries."""
    now = timezone.now()
    keys = {reader.session_key for reader in readers} - {""}
    sessions = set(
        Session.objects.filter(expire_date__gt=now, session_key__in=keys)
        .values_list("session_key", flat=True)
    )  # fmt: skip
    digests = {reader.token_digest for reader in readers} - {""}
    tokens = dict(
        ApiToken.objects.in_force(now).filter(digest__in=digests).values_list("digest", "user_id")
    )
    users = {
        user.pk: user
        for user in get_user_model()
        .objects.filter(is_active=True, pk__in={reader.user_id for reader in readers})
        .only("pk", "password", "is_staff")
    }
    turns = {reader.turn_id for reader in readers if reader.turn_id is not None}
    owners = dict(
        Turn.objects.filter(conversation__deleted_at=None, pk__in=turns)
        .values_list("pk", "conversation__owner_id")
    )  # fmt: skip

    def has_access(reader: Reader) -> bool:
        user = users.get(reader.user_id)
        if user is None:
            return False
        if reader.turn_id is None:
            may_read = user.is_staff
        else:
            may_read = owners.get(reader.turn_id) == user.pk
        if reader.token_digest:
            return may_read and tokens.get(reader.token_digest) == user.pk
        # A new password ends all sessions except the one that changed it; tokens stay valid.
        same_password = mark_of(user.password) == reader.password_mark
        return may_read and reader.session_key in sessions and same_password

    return {reader for reader in readers if has_access(reader)}


class AccessRechecker:
    """All readers of this process, and a task that runs while there are any."""

    def __init__(self) -> None:
        self._readers: dict[object, tuple[Reader, Callable[[], None]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_failing = False

    @contextmanager
    def watching(self, reader: Reader, end: Callable[[], None]) -> Iterator[None]:
        """Calls ``end`` at most once, when the reader has lost access."""
        key = object()
        self._readers[key] = (reader, end)
        if self._task is None or self._task.done():
            self._task = begin(self._check_regularly())
        try:
            yield
        finally:
            self._readers.pop(key, None)

    async def check(self) -> None:
        watched = dict(self._readers)
        if not watched:
            return
        readers = {reader for reader, _ in watched.values()}
        allowed = await in_database(readers_with_access, readers)
        for key, (reader, end) in watched.items():
            if reader not in allowed and key in self._readers:
                del self._readers[key]
                logger.info("A reader of turn %s has lost access", reader.turn_id)
                end()

    async def _check_regularly(self) -> None:
        while self._readers:
            await asyncio.sleep(conf().access_recheck_every_s)
            try:
                await self.check()
                self._is_failing = False
            except Exception as exc:
                # An unreachable database ends no stream: access was fine a moment ago.
                if not self._is_failing:
                    logger.warning("Cannot check the readers' access (%s)", type(exc).__name__)
                self._is_failing = True


@cache
def access_rechecker() -> AccessRechecker:
    return AccessRechecker()
