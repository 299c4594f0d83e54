"""Bearer tokens for the API: shown once, stored as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def matching(self, secret: str) -> "ApiToken | None":
        in_force = self.in_force(timezone.now()).select_related("user")
        return in_force.filter(digest=digest_of(secret), user__is_active=True).first()

    def in_force(self, now: datetime) -> "ApiTokenQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))


class ApiToken(models.Model):
    """A user's token, recognised by ``name`` and ``prefix``, the first characters of its secret."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("user"),
    )
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    name = models.CharField(max_length=60, blank=True, help_text="Purpose", verbose_name=_("name"))
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    last_used_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last used at"))
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty: never", verbose_name=_("expires at")
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @classmethod
    def issue(
        cls, user: User, *, name: str = "", days: int | None = None
    ) -> tuple["ApiToken", str]:
        """Returns the new token and its secret, which is not stored."""
        secret = f"oliver_{secrets.token_urlsafe(32)}"
        token = cls.objects.create(
            user=user,
            digest=digest_of(secret),
            prefix=secret[:12],
            name=name,
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        return token, secret


def digest_of(secret: str) -> str:
    """SHA-256 without a salt suffices: the secret is 256 random bits, not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()
