"""Changing the password: Django's form and rules on our own page, with a rate limit."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chat.accounts.rate_limits import check_password_change, password_changed
from chat.accounts.sessions import end_others, record_seen
from chat.conversations.sharing.models import ShareLink
from chat.kernel.errors import RateLimited
from chat.web.page_context import page_context
from chat.web.signed_in import signed_in


class PasswordForm(PasswordChangeForm):
    """Revokes tokens and links by default: a leaked password may have been used to make them."""

    keep_access = forms.BooleanField(required=False, label=_("Keep my API tokens and shared links"))


class PasswordView(PasswordChangeView):
    """Rate-limited, so that nobody at an unattended browser can try old passwords."""

    form_class = PasswordForm
    template_name = "accounts/password.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            check_password_change(request.user)
        except RateLimited as error:
            context = self.get_context_data(form=PasswordForm(cast("User", request.user)))
            return self.render_to_response(
                context | {"refusal": error.message}, status=429, headers=error.http_headers
            )
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)  # this also gives the session a new key
        password_changed(self.request.user)
        if not form.cleaned_data["keep_access"]:
            _revoke_access(cast("User", self.request.user))
        end_others(cast("User", self.request.user), here=self.request.session.session_key)
        record_seen(self.request)
        return response

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_success_url(self) -> str:
        return f"{reverse('settings')}?saved=password"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return page_context(self.request) | super().get_context_data(**kwargs)  # type: ignore[arg-type]


def _revoke_access(user: User) -> None:
    user.api_tokens.all().delete()
    ShareLink.objects.filter(conversation__owner=user).delete()


change_password = require_http_methods(["GET", "HEAD", "POST"])(signed_in(PasswordView.as_view()))
