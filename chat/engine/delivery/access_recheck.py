"""Admission: whether those who follow a turn may still do so, asked for all of them at once.

A view decides when a stream begins; here it is looked again every few seconds. Whose session or
token has ended, whose password changed, who was deactivated or lost the conversation is cut: the
stream ends, its reader comes back and hears from the view what is the matter. Used by
``TurnStreamConsumer``. Four queries a look, whatever the number of readers.
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
    """Who follows which turn, and by what right: one of a session and a token. Without a turn it
    is a stream for staff.
    """

    turn_id: int | None
    user_id: int
    password_mark: str
    session_key: str = ""
    token_digest: str = ""


def reader_of(follow: Follow, headers: Iterable[tuple[bytes, bytes]]) -> Reader:
    """By the right that the view let them in by: pages know sessions only, whatever is sent."""
    sent = {name.lower(): value.decode("latin-1") for name, value in headers}
    authorization = sent.get(b"authorization", "") if follow.voice == "json" else ""
    right = _right(authorization, sent.get(b"cookie", ""))
    return Reader(follow.turn_id, follow.user_id, follow.password_mark, **right)


def staff_reader(request: HttpRequest, user: User) -> Reader:
    """Of a stream of the API that belongs to no turn."""
    sent = request.headers
    right = _right(sent.get("Authorization", ""), sent.get("Cookie", ""))
    return Reader(None, user.pk, mark_of(user.password), **right)


def _right(authorization: str, cookie: str) -> dict[str, str]:
    """A token counts before a session, as in ``chat.api.auth``."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return {"token_digest": digest_of(secret.strip())}
    return {"session_key": parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")}


def still_admitted(readers: Collection[Reader]) -> set[Reader]:
    """Those who would be let in again. Asks the database four times."""
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

    def is_let_in(reader: Reader) -> bool:
        user = users.get(reader.user_id)
        if user is None:
            return False
        if reader.turn_id is None:
            may_read = user.is_staff
        else:
            may_read = owners.get(reader.turn_id) == user.pk
        if reader.token_digest:
            return may_read and tokens.get(reader.token_digest) == user.pk
        # A new password ends all sessions but the one that changed it; tokens stay.
        same_password = mark_of(user.password) == reader.password_mark
        return may_read and reader.session_key in sessions and same_password

    return {reader for reader in readers if is_let_in(reader)}


class Admission:
    """All readers of this process, and the task that looks after them while there are any."""

    def __init__(self) -> None:
        self._cuts: dict[object, tuple[Reader, Callable[[], None]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._blind = False

    @contextmanager
    def watching(self, reader: Reader, cut: Callable[[], None]) -> Iterator[None]:
        """Call ``cut`` as soon as the reader is not admitted any more, at most once."""
        key = object()
        self._cuts[key] = (reader, cut)
        if self._task is None or self._task.done():
            self._task = begin(self._keep_looking())
        try:
            yield
        finally:
            self._cuts.pop(key, None)

    async def look(self) -> None:
        """Cut whoever is not admitted any more."""
        watched = dict(self._cuts)
        if not watched:
            return
        admitted = await in_database(still_admitted, {reader for reader, _ in watched.values()})
        for key, (reader, cut) in watched.items():
            if reader not in admitted and key in self._cuts:
                del self._cuts[key]
                logger.info("A reader of turn %s is not admitted any more", reader.turn_id)
                cut()

    async def _keep_looking(self) -> None:
        while self._cuts:
            await asyncio.sleep(conf().access_recheck_every_s)
            try:
                await self.look()
                self._blind = False
            except Exception as exc:
                # Nobody is cut because the database is away: they were admitted a moment ago.
                if not self._blind:
                    logger.warning("It is unknown who may still read (%s)", type(exc).__name__)
                self._blind = True


@cache
def admission() -> Admission:
    """The one of this process."""
    return Admission()
