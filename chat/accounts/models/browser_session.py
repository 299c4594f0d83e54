"""Signed-in browsers, which Django's sessions cannot list by user.

A row is written at sign-in, touched every few minutes (see ``chat.accounts.sessions``) and deleted
together with its session.
"""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone


class BrowserSessionQuerySet(models.QuerySet["BrowserSession"]):
    def open_of(self, user_id: int) -> "BrowserSessionQuerySet":
        alive = self.filter(user_id=user_id, session__expire_date__gt=timezone.now())
        return alive.order_by("-seen_at", "-pk")

    def end(self) -> int:
        """Sign these browsers out; their streams close soon after. Returns how many."""
        keys = list(self.values_list("session_id", flat=True))
        Session.objects.filter(pk__in=keys).delete()
        return len(keys)


class BrowserSession(models.Model):
    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="browser_sessions"
    )
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    objects = BrowserSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Session {self.pk} of user {self.user_id}"
