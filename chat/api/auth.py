"""Authentication by bearer token or browser session. ``request.auth`` is the user."""

from datetime import timedelta
from typing import NoReturn

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from chat.accounts.models import ApiToken
from chat.accounts.rate_limits import check_api
from chat.kernel.errors import CsrfFailed, Unauthorized

#: Saves a database write per request.
_NOTE_USE_EVERY = timedelta(minutes=1)


class ApiRequest(HttpRequest):
    auth: User


class TokenAuth(HttpBearer):
    """``Authorization: Bearer oliver_…``. A wrong token is rejected even with a valid session."""

    def __call__(self, request: HttpRequest) -> User | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        user = self.authenticate(request, secret.strip()) if scheme.lower() == "bearer" else None
        check_api(request, user)
        if user is None:
            raise Unauthorized(gettext("This token is unknown, or its owner is inactive."))
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = ApiToken.objects.matching(token)
        if found is None:
            return None
        _note_use(found)
        return found.user


class SessionAuth(APIKeyCookie):
    """The browser session. Requests that change something must carry the CSRF token."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        if not request.user.is_authenticated:
            check_api(request, None)
            return None
        if check_csrf(request):
            raise CsrfFailed
        check_api(request, request.user)
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> NoReturn:
        raise NotImplementedError("Django's session middleware has done this")


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - _NOTE_USE_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTE_USE_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
