"""The sign-in page, rate-limited; the administration uses it too.

After too many tries (see ``chat.accounts.rate_limits``) it answers 429 with a sentence and
``Retry-After``, and keeps the name.
"""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from chat.accounts.language import keep_language
from chat.accounts.models.preferences import preferences_of
from chat.accounts.rate_limits import check_sign_in, signed_in
from chat.kernel.errors import OliverError, RateLimited
from chat.web.error_pages import with_refusal_headers


class SignInView(LoginView):
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
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
        context = self.get_context_data(
            refusal=error.message, username=self.request.POST.get("username", "")
        )
        page = render(self.request, self.get_template_names(), context, status=error.http_status)
        return with_refusal_headers(page, error)


def administration_sign_in(request: HttpRequest) -> HttpResponse:
    """Replaces the administration's own sign-in page, which has no rate limit."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or "/admin/")
    if not user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
