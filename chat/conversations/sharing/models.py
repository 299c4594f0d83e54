"""Links that let anyone read one conversation. Only a hash of the secret is stored."""

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from chat.accounts.models.api_token import digest_of
from chat.conversations.models.conversation import Conversation


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def in_force(self, now: datetime) -> "ShareLinkQuerySet":
        """Unexpired links whose conversation is not deleted and whose owner is active."""
        return self.filter(
            expires_at__gt=now,
            conversation__deleted_at=None,
            conversation__owner__is_active=True,
        )

    def matching(self, secret: str) -> "ShareLink | None":
        links = self.in_force(timezone.now()).select_related("conversation")
        return links.filter(digest=digest_of(secret)).first()


class ShareLink(models.Model):
    """Shows the path up to ``last_turn_id``; other branches and later turns stay private."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="share_links"
    )
    digest = models.CharField(max_length=64, unique=True)
    last_turn_id = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return gettext("Link {number} to {conversation}").format(
            number=self.pk, conversation=self.conversation
        )

    @classmethod
    def issue(
        cls, conversation: Conversation, *, last_turn_id: int, days: int
    ) -> tuple["ShareLink", str]:
        """Returns the link and its secret, which is not stored."""
        secret = secrets.token_urlsafe(32)
        link = cls.objects.create(
            conversation=conversation,
            digest=digest_of(secret),
            last_turn_id=last_turn_id,
            expires_at=timezone.now() + timedelta(days=days),
        )
        return link, secret
