"""Signing in first: every page but the login needs a user.

Django's ``login_required`` answers htmx with a redirect, which it would follow and put the login
page into the transcript. ``signed_in`` sends the whole page to the login instead; what was typed
stays in the composer's draft. It also notes where its user is, and renders in the user's wording.
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
from chat.engine.rendering.wording import reading
from chat.web.no_store import PRIVATE

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request as views behind ``signed_in`` get it."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


def signed_in(
    view: View[P], *, following: bool = False
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """The view for users only; others go to the login and come back. A page that is ``following``
    a turn stays as it is and says so: it shows what its reader was reading.
    """

    @wraps(view)
    def checked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            record_seen(request)
            speak_to(request.user)
            with reading(wording_of(request.user)):
                return _private(view(request, *args, **kwargs))
        if request.htmx:
            return HttpResponse(status=401, headers={} if following else _to_login(request))
        return redirect_to_login(request.get_full_path())

    # ``wraps`` names the view's parameters in its type; URL patterns give them by position.
    return cast("Callable[Concatenate[Any, P], HttpResponseBase]", checked)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Stored nowhere: a page that comes back after Back must show what was asked meanwhile, with a
    key that no question has used, and nothing at all to who has signed out.
    """
    response.headers.setdefault("Cache-Control", PRIVATE)
    return response


def _to_login(request: SignedInRequest) -> dict[str, str]:
    """For the whole page, not for the place that the answer would be put into."""
    here = urlsplit(request.htmx.current_url or "/")
    login = redirect_to_login(here.path or "/", resolve_url(settings.LOGIN_URL))
    return {"HX-Redirect": login["Location"]}
