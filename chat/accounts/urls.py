"""The pages of an account; signing in is mounted by the site."""

from django.urls import path

from chat.accounts.views import password, settings_page

urlpatterns = [
    path("settings/", settings_page.settings_page, name="settings"),
    path("settings/password/", password.change_password, name="password"),
    path("settings/tokens/", settings_page.token_create, name="token-create"),
    path("settings/tokens/<int:token_id>/revoke", settings_page.token_revoke, name="token-revoke"),
    path("settings/sessions/end", settings_page.sessions_end, name="sessions-end"),
    path("settings/sessions/<int:session_id>/end", settings_page.session_end, name="session-end"),
]
