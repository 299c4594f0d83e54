"""Following a turn: how a view hands a request over to the stream consumer.

A view checks who asks (session or token, ownership, valid parameters) like any other view and
answers with a ``FollowResponse``. The site's handler hands its ``follow`` over in the scope, and
``routing.FollowSwitch`` lets ``TurnStreamConsumer`` answer instead, on the same connection. So
every rule about access stands in views, and an open stream costs neither a thread nor a database
connection.
"""

import sys
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypedDict

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from chat.engine.rendering.wording import Style

Voice = Literal["html", "json"]


@dataclass(frozen=True)
class Follow:
    """What a reader follows: a turn, from which event on, and whether as HTML or JSON.

    The rest is how it is told: in which language, and in which words the stages (see
    ``chat.engine.rendering.wording``).
    """

    turn_id: int
    after: int
    voice: Voice
    language: str = "en"
    style: Style = "detailed"
    analysis_type: str = ""
    #: Who was let in, and a mark of the password that was theirs then (see
    #: ``chat.engine.delivery.access_recheck``).
    user_id: int = 0
    password_mark: str = ""


class Follower(TypedDict):
    user_id: int
    password_mark: str


def follower(user: AbstractBaseUser) -> Follower:
    """The fields of a ``Follow`` that tell who follows: ``Follow(…, **follower(user))``."""
    return {"user_id": user.pk, "password_mark": mark_of(user.password)}


def mark_of(password: str) -> str:
    """Changes with the stored password, and says nothing of it."""
    return sha256(password.encode()).hexdigest()[:16]


class FollowResponse(HttpResponse):
    """Says "stream this turn". Its own body is only seen where no ASGI server runs."""

    def __init__(self, follow: Follow) -> None:
        super().__init__("Streams need Oliver's ASGI application.\n", content_type="text/plain")
        self.follow = follow
        patch_vary_headers(self, ["Accept-Encoding"])  # see chat.engine.delivery.compression


def language_now() -> str:
    """The reader's, for a ``Follow``: its stream runs outside the request."""
    return get_language() or settings.LANGUAGE_CODE


def events_seen(request: HttpRequest) -> int:
    """The newest event its reader has: the larger of ``?after`` and ``Last-Event-ID``.

    A value that is no number is taken as beyond all events, which gets the reader a full reset.
    """
    values = (request.GET.get("after", ""), request.headers.get("Last-Event-ID", ""))
    return max((_seq(value) for value in values if value), default=0)


def _seq(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else sys.maxsize
