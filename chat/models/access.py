"""Bearer tokens for programs: shown once, stored hashed."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import models


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Questions about tokens."""

    def matching(self, secret: str) -> "ApiToken | None":
        """The token with this secret and an active owner, or None."""
        found = self.select_related("user").filter(digest=digest_of(secret), user__is_active=True)
        return found.first()


class ApiToken(models.Model):
    """One bearer token of a user. ``prefix`` is its visible beginning, to tell tokens apart."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @classmethod
    def issue(cls, user: Any) -> tuple["ApiToken", str]:
        """Make a token for ``user``; returns it with its secret, which is not kept anywhere."""
        secret = f"oliver_{secrets.token_urlsafe(32)}"
        return cls.objects.create(user=user, digest=digest_of(secret), prefix=secret[:12]), secret


def digest_of(secret: str) -> str:
    """SHA-256 suffices without salt: the secret is 256 random bits, not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()
