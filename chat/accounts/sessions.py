"""Where somebody is signed in: noted at sign-in and every few minutes, ended on the settings page.

Django's session of a request knows its user but not its browser, and cannot be looked up by user;
``BrowserSession`` can. To end a session is to delete it: its next request meets the sign-in page,
and what it follows is cut.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
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

#: "Last seen" is so exact. A write a request would cost more than the page itself.
_NOTE_EVERY_S = 300


def note_seen(request: HttpRequest) -> None:
    """Somebody signed in asks for a page. Costs a write every few minutes, otherwise a look into
    this process's memory.
    """
    _note_now_and_then(request, request.user)


@receiver(user_logged_in)
def note_sign_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Also of those who never open a page of ours: staff who only use the administration."""
    _note_now_and_then(request, user)


def _note_now_and_then(request: HttpRequest, user: Any) -> None:
    key = request.session.session_key
    if key and cache.add(f"seen-{key}", True, timeout=_NOTE_EVERY_S):
        _note(request, user, key)


def _note(request: HttpRequest, user: Any, key: str) -> None:
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
        pass  # two first requests at once: the other has noted it


def end_one(user: Any, session_id: int, *, here: str | None) -> None:
    """End one of the user's other sessions. One that is gone stays gone."""
    BrowserSession.objects.filter(user=user, pk=session_id).exclude(session_id=here).end()


def end_others(user: Any, *, here: str | None) -> None:
    """End all of the user's sessions but this one, also those that nobody noted."""
    BrowserSession.objects.filter(user=user).exclude(session_id=here).end()
    noted = BrowserSession.objects.values("session_id")
    unnoted = Session.objects.exclude(pk__in=Subquery(noted)).exclude(pk=here)
    theirs = [
        session.pk
        for session in unnoted.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
