"""The settings page: appearance, password, tokens for programs, and where one is signed in.

Plain forms that end with a redirect. A form that cannot be used comes back with what was typed
and the field named; a new token's secret is on the answer to its form and nowhere else.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.accounts.language import keep_language
from chat.accounts.models import ApiToken, BrowserSession, Preferences
from chat.accounts.models.preferences import preferences_of
from chat.accounts.preferences import PreferencesForm
from chat.accounts.sessions import end_one, end_others
from chat.accounts.user_agent import device_name
from chat.web.page_context import page_context
from chat.web.signed_in import SignedInRequest, signed_in

#: More would be forgotten ones.
MOST_TOKENS = 50
#: For how many days a token may work; 0 is for ever.
LIFETIMES = ((30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("Never")))
#: What ``?saved=`` says; other values say nothing.
_SAVED = {
    "preferences": _("Saved."),
    "token": _("Token revoked. Programs that use it no longer have access."),
    "session": _("Session ended."),
    "sessions": _("All other browsers are signed out."),
    "password": _("Password changed. All other browsers are signed out."),
}


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(max_length=60, strip=True, label=_("Purpose"))
    days = forms.TypedChoiceField(
        choices=LIFETIMES, coerce=int, initial=90, label=_("Expires after")
    )


@dataclass(frozen=True)
class Place:
    """One signed-in browser, for the list."""

    session: BrowserSession
    device: str
    is_here: bool


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings_page(request: SignedInRequest) -> HttpResponse:
    """The page; POST saves how Oliver looks and speaks."""
    if request.method != "POST":
        return _page(request)
    # Not the user's own object: a refused form leaves its values on it, and the page reads that.
    stored = Preferences.objects.filter(user=request.user).first()
    form = PreferencesForm(request.POST, instance=stored or Preferences(user_id=request.user.pk))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    form.save()
    response = _saved("preferences")
    keep_language(response, form.cleaned_data["language"])
    return response


@require_POST
@signed_in
def token_create(request: SignedInRequest) -> HttpResponse:
    """A new token, whose secret is shown this once."""
    form = TokenForm(request.POST)
    if request.user.api_tokens.count() >= MOST_TOKENS:
        form.add_error(None, _("You have too many tokens. Revoke one that you no longer use."))
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    days = form.cleaned_data["days"] or None
    token, secret = ApiToken.issue(request.user, name=form.cleaned_data["name"], days=days)
    return _page(request, new_token=token, secret=secret)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def token_revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    """Asks first: programs that use it stop working, and the secret cannot be made again."""
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    if request.method != "POST":
        context = page_context(request) | {"token": token}
        return render(request, "accounts/token_revoke.html", context)
    token.delete()
    return _saved("token")


@require_POST
@signed_in
def session_end(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Sign one other browser out."""
    end_one(request.user, session_id, here=request.session.session_key)
    return _saved("session")


@require_POST
@signed_in
def sessions_end(request: SignedInRequest) -> HttpResponse:
    """Sign every other browser out."""
    end_others(request.user, here=request.session.session_key)
    return _saved("sessions")


def _saved(what: str) -> HttpResponse:
    return redirect(f"{reverse('settings')}?saved={what}")


def _page(request: SignedInRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """The whole page, with the forms that are given and fresh ones for the rest."""
    context.setdefault("form", PreferencesForm(instance=preferences_of(request.user)))
    context.setdefault("token_form", TokenForm())
    context |= page_context(request) | {
        "saved": _SAVED.get(request.GET.get("saved", ""), ""),
        "tokens": ApiToken.objects.filter(user=request.user).order_by("-created_at"),
        "places": _places(request.user, here=request.session.session_key),
        "now": timezone.now(),
    }
    return render(request, "accounts/settings.html", context, status=status)


def _places(user: User, *, here: str | None) -> list[Place]:
    """This browser first, then the others, the one used last before the rest."""
    places = [
        Place(session, device_name(session.user_agent), session.session_id == here)
        for session in BrowserSession.objects.open_of(user.pk)
    ]
    return sorted(places, key=lambda place: not place.is_here)
