"""Signing in, throttled: the one sign-in page, which the administration uses too.

``chat.accounts.rate_limits`` counts tries. Too many answer 429 with a sentence, ``Retry-After`` and
the name kept.
"""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from chat.accounts.language import keep_language
from chat.accounts.models.preferences import preferences_of
from chat.accounts.rate_limits import check_sign_in, signed_in
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
        signed_in(self.request, username=self.request.POST["username"])
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


def administration_sign_in(request: HttpRequest) -> HttpResponse:
    """Instead of the administration's own page, which nothing would throttle."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or "/admin/")
    if not user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
