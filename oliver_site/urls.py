"""Every URL of the site."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from chat.accounts.views.sign_in import SignInView, administration_sign_in
from chat.api.mount import api

admin.site.site_header = "Oliver"
admin.site.site_title = "Oliver"
admin.site.index_title = _("Administration")
admin.site.login = administration_sign_in  # type: ignore[method-assign,assignment]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set-language"),
    path("api/", api.urls),
    path("", include("chat.urls")),
]
