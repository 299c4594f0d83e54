"""Where a user is signed in: Django's sessions do not know their users, this table does.

A row is written when somebody signs in and touched every few minutes while they are there (see
``chat.accounts.sessions``). It goes with its session: at sign-out, when it ends, when it is
cleared.
"""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone


class BrowserSessionQuerySet(models.QuerySet["BrowserSession"]):
    """Questions about sessions."""

    def open_of(self, user_id: int) -> "BrowserSessionQuerySet":
        """The user's that have not expired, the one used last first."""
        alive = self.filter(user_id=user_id, session__expire_date__gt=timezone.now())
        return alive.order_by("-seen_at", "-pk")

    def end(self) -> int:
        """Sign these browsers out. What they follow is cut soon after."""
        keys = list(self.values_list("session_id", flat=True))
        Session.objects.filter(pk__in=keys).delete()
        return len(keys)


class BrowserSession(models.Model):
    """One signed-in browser."""

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
