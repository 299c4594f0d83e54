"""How a view hands a request over to the stream consumer.

A view checks the caller (authentication, ownership, parameters) like any other view and returns a
``FollowResponse``. The handler puts its ``follow`` into the scope, and ``routing.FollowSwitch``
lets ``TurnStreamConsumer`` answer on the same connection. All access rules thus stay in views, and
an open stream needs neither a thread nor a database connection.
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

from chat.engine.rendering.status_wording import Style

StreamFormat = Literal["html", "json"]


@dataclass(frozen=True)
class Follow:
    """Which turn to stream, after which event, and how to render it (see
    ``chat.engine.rendering.status_wording``).
    """

    turn_id: int
    after: int
    stream_format: StreamFormat
    language: str = "en"
    style: Style = "detailed"
    analysis_type: str = ""
    every_token: bool = False  # as JSON: an event a token, not one a message
    #: For ``chat.engine.delivery.access_recheck``: the user, and a digest of their password hash.
    user_id: int = 0
    password_mark: str = ""


class Follower(TypedDict):
    user_id: int
    password_mark: str


def follower(user: AbstractBaseUser) -> Follower:
    """``Follow(…, **follower(user))``."""
    return {"user_id": user.pk, "password_mark": mark_of(user.password)}


def mark_of(password: str) -> str:
    """Changes with the stored password without revealing it."""
    return sha256(password.encode()).hexdigest()[:16]


class FollowResponse(HttpResponse):
    """Means "stream this turn". The body is only seen if no ASGI server is running."""

    def __init__(self, follow: Follow) -> None:
        super().__init__("Streams need Oliver's ASGI application.\n", content_type="text/plain")
        self.follow = follow
        patch_vary_headers(self, ["Accept-Encoding"])  # see chat.engine.delivery.compression


def language_now() -> str:
    """The reader's language: their stream runs outside the request."""
    return get_language() or settings.LANGUAGE_CODE


def events_seen(request: HttpRequest) -> int:
    """The newest event the reader has: the larger of ``?after`` and ``Last-Event-ID``.

    A value that is not a number counts as beyond all events, so that the reader gets a full reset.
    """
    values = (request.GET.get("after", ""), request.headers.get("Last-Event-ID", ""))
    return max((_seq(value) for value in values if value), default=0)


def _seq(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else sys.maxsize


def wants_every_token(request: HttpRequest) -> bool:
    """``?every_token=1``."""
    return request.GET.get("every_token", "") not in ("", "0")
