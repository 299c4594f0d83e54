"""``signed_in``: the decorator of every view that needs a user.

htmx would follow the redirect of Django's ``login_required`` and insert the login page into the
transcript, so htmx requests redirect the whole page; the composer's draft survives. The decorator
also records the session as active, and sets the user's language and wording.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.middleware import HtmxDetails

from chat.accounts.language import speak_to
from chat.accounts.sessions import record_seen
from chat.conversations.status_texts.reader_wording import wording_of
from chat.engine.rendering.status_wording import reading

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request as views behind ``signed_in`` get it."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


def signed_in(
    view: View[P], *, following: bool = False
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """Send anonymous users to the login page and back. With ``following`` (the stream of a turn)
    an htmx request gets a bare 401, so that the page keeps what its reader was reading.
    """

    @wraps(view)
    def checked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            record_seen(request)
            speak_to(request.user)
            with reading(wording_of(request.user)):
                return view(request, *args, **kwargs)
        if request.htmx:
            return HttpResponse(status=401, headers={} if following else _to_login(request))
        return redirect_to_login(request.get_full_path())

    # ``wraps`` types the parameters by name; callers pass them by position.
    return cast("Callable[Concatenate[Any, P], HttpResponseBase]", checked)


def _to_login(request: SignedInRequest) -> dict[str, str]:
    """``HX-Redirect`` replaces the whole page, not only the htmx target."""
    here = urlsplit(request.htmx.current_url or "/")
    login = redirect_to_login(here.path or "/", resolve_url(settings.LOGIN_URL))
    return {"HX-Redirect": login["Location"]}
