"""The settings page: appearance, password, API tokens and signed-in browsers.

Plain forms that end with a redirect. An invalid form comes back with its input and errors. A new
token's secret is only in the response to its form.
"""

from dataclasses import dataclass

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

#: Nobody needs more; the rest would be forgotten ones.
MAX_TOKENS = 50
#: Days that a token may work; 0 is without end.
LIFETIMES = ((30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("Never")))
#: Texts for ``?saved=``; other values show nothing.
_SAVED = {
    "preferences": _("Saved."),
    "token": _("Token revoked. Programs that use it no longer have access."),
    "session": _("Session ended."),
    "sessions": _("All other browsers are signed out."),
    "password": _("Password changed. All other browsers are signed out."),
}


class TokenForm(forms.Form):
    name = forms.CharField(max_length=60, strip=True, label=_("Purpose"))
    days = forms.TypedChoiceField(
        choices=LIFETIMES, coerce=int, initial=90, label=_("Expires after")
    )


@dataclass(frozen=True)
class SignedInBrowser:
    session: BrowserSession
    device: str
    is_here: bool


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings_page(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    # Not the user's own object: an invalid form would leave its values on it for the page to read.
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
    form = TokenForm(request.POST)
    if request.user.api_tokens.count() >= MAX_TOKENS:
        form.add_error(None, _("You have too many tokens. Revoke one that you no longer use."))
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    days = form.cleaned_data["days"] or None
    token, secret = ApiToken.issue(request.user, name=form.cleaned_data["name"], days=days)
    return _page(request, new_token=token, secret=secret)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def token_revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    if request.method != "POST":
        context = page_context(request) | {"token": token}
        return render(request, "accounts/token_revoke.html", context)
    token.delete()
    return _saved("token")


@require_POST
@signed_in
def session_end(request: SignedInRequest, session_id: int) -> HttpResponse:
    end_one(request.user, session_id, here=request.session.session_key)
    return _saved("session")


@require_POST
@signed_in
def sessions_end(request: SignedInRequest) -> HttpResponse:
    end_others(request.user, here=request.session.session_key)
    return _saved("sessions")


def _saved(what: str) -> HttpResponse:
    return redirect(f"{reverse('settings')}?saved={what}")


def _page(request: SignedInRequest, *, status: int = 200, **context: object) -> HttpResponse:
    context.setdefault("form", PreferencesForm(instance=preferences_of(request.user)))
    context.setdefault("token_form", TokenForm())
    context |= page_context(request) | {
        "saved": _SAVED.get(request.GET.get("saved", ""), ""),
        "tokens": ApiToken.objects.filter(user=request.user).order_by("-created_at"),
        "places": _browsers(request.user, here=request.session.session_key),
        "now": timezone.now(),
    }
    return render(request, "accounts/settings.html", context, status=status)


def _browsers(user: User, *, here: str | None) -> list[SignedInBrowser]:
    """This browser first, then the others, most recently used first."""
    places = [
        SignedInBrowser(session, device_name(session.user_agent), session.session_id == here)
        for session in BrowserSession.objects.open_of(user.pk)
    ]
    return sorted(places, key=lambda place: not place.is_here)
