"""API tokens in the administration, which can only be listed and revoked."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.accounts.models import ApiToken
from chat.web.read_only_admin import ReadOnlyAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Read-only: tokens are made by ``manage.py create_api_token``, which shows the secret once."""

    actions = ("revoke",)
    list_display = ["token", "user", "created_at", "last_used_at"]
    list_select_related = ["user"]
    list_filter = ["last_used_at", "created_at"]
    search_fields = ["user__username", "prefix"]
    ordering = ["-created_at"]
    fields = ["token", "user", "created_at", "last_used_at"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("accounts.delete_apitoken")

    def get_actions(self, request: HttpRequest) -> dict[str, object]:  # type: ignore[override]
        """Without Django's "delete selected", which would not call it revoking."""
        return {k: v for k, v in super().get_actions(request).items() if k != "delete_selected"}

    @admin.display(description=_("token"), ordering="prefix")
    def token(self, token: ApiToken) -> str:
        return str(token)

    @admin.action(description=_("Revoke the selected tokens"), permissions=["delete"])
    def revoke(self, request: HttpRequest, chosen: "QuerySet[ApiToken]") -> None:
        revoked = len(chosen)
        self.log_deletions(request, chosen)
        chosen.delete()
        self.message_user(
            request,
            ngettext(
                "{count} token revoked. Programs that use it no longer have access.",
                "{count} tokens revoked. Programs that use them no longer have access.",
                revoked,
            ).format(count=revoked),
        )
