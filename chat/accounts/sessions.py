"""Browser sessions: recorded at sign-in and every few minutes, ended on the settings page.

Django's sessions cannot be looked up by user; ``BrowserSession`` can. Ending a session deletes it:
its next request gets the sign-in page, and its streams are closed.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from chat.accounts.models import BrowserSession
from chat.accounts.rate_limits import address_of

#: The precision of "last seen". A write per request would cost more than the page itself.
_RECORD_EVERY_S = 300


def record_seen(request: HttpRequest) -> None:
    _record_if_due(request, request.user)


@receiver(user_logged_in)
def record_sign_in(sender: object, request: HttpRequest, user: User, **_: object) -> None:
    """Covers users who never open one of our pages, such as staff in the administration."""
    _record_if_due(request, user)


def _record_if_due(request: HttpRequest, user: User | AnonymousUser) -> None:
    key = request.session.session_key
    if key and cache.add(f"seen-{key}", True, timeout=_RECORD_EVERY_S):
        _record(request, user, key)


def _record(request: HttpRequest, user: User | AnonymousUser, key: str) -> None:
    facts = {
        "user_id": user.pk,
        "user_agent": request.headers.get("User-Agent", "")[:300],
        "address": address_of(request),
        "seen_at": timezone.now(),
    }
    if BrowserSession.objects.filter(session_id=key).update(**facts):
        return
    try:
        with transaction.atomic():
            BrowserSession.objects.create(session_id=key, **facts)
    except IntegrityError:
        pass  # two simultaneous first requests: the other one has recorded it


def end_one(user: User, session_id: int, *, here: str | None) -> None:
    BrowserSession.objects.filter(user=user, pk=session_id).exclude(session_id=here).end()


def end_others(user: User, *, here: str | None) -> None:
    """End all of the user's sessions but this one, including unrecorded ones."""
    BrowserSession.objects.filter(user=user).exclude(session_id=here).end()
    recorded = BrowserSession.objects.values("session_id")
    unrecorded = Session.objects.exclude(pk__in=Subquery(recorded)).exclude(pk=here)
    theirs = [
        session.pk
        for session in unrecorded.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
