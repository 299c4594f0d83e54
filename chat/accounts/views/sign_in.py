"""Signing in, throttled: the one sign-in page, which the administration uses too.

``chat.accounts.rate_limits`` counts tries per name and per address; django-axes locks a name for
an address
after wrong passwords. Both answer 429 with a sentence, ``Retry-After`` and the name kept.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from chat.accounts.language import keep_language
from chat.accounts.models.preferences import preferences_of
from chat.accounts.rate_limits import check_sign_in
from chat.kernel.errors import OliverError, RateLimited
from chat.web.error_pages import refusal_headers


class SignInView(LoginView):
    """See the module."""

    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            check_sign_in(request, username=request.POST.get("username", ""))
        except RateLimited as error:
            return self.refused(error)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if language := preferences_of(self.request.user).language:
            keep_language(response, language)
        return response

    def refused(self, error: OliverError) -> HttpResponse:
        """The page again, with the reason; the password was not looked at."""
        context = self.get_context_data(
            refusal=error.message, username=self.request.POST.get("username", "")
        )
        page = render(self.request, self.get_template_names(), context, status=error.http_status)
        for name, value in refusal_headers(error).items():
            page[name] = value
        return page


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """The answer of django-axes after too many wrong passwords."""
    pause_s = settings.AXES_COOLOFF_TIME.total_seconds()
    view = SignInView()
    view.setup(request)
    return view.refused(RateLimited(_wait_words(round(pause_s / 60)), retry_after_s=pause_s))


def _wait_words(minutes: int) -> str:
    return ngettext(
        "Too many wrong passwords for this name. "
        "Try again in {minutes} minute, or ask your administrator.",
        "Too many wrong passwords for this name. "
        "Try again in {minutes} minutes, or ask your administrator.",
        minutes,
    ).format(minutes=minutes)


def administration_sign_in(request: HttpRequest) -> HttpResponse:
    """Instead of the administration's own page, which nothing would throttle."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or "/admin/")
    if not user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
