"""Conversations and their messages."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.conversations.models.search_text import SearchedModel, SearchedQuerySet


class AnalysisType(models.TextChoices):
    """Selects the assistant program. Mirrors ``chunks.AnalysisType``."""

    GENERAL = "general", _("General")
    COMPLIANCE = "compliance", _("Compliance")
    DOCUMENT = "document", _("Document review")


class ConversationQuerySet(SearchedQuerySet["Conversation"]):
    def owned_by(self, user: User) -> "ConversationQuerySet":
        """Not deleted."""
        return self.filter(owner=user, deleted_at=None)

    def deleted_by(self, user: User) -> "ConversationQuerySet":
        """Deleted but still restorable."""
        return self.filter(owner=user, deleted_at__isnull=False)

    def in_use(self) -> "ConversationQuerySet":
        return self.filter(archived_at=None)

    def archived(self) -> "ConversationQuerySet":
        return self.filter(archived_at__isnull=False)

    def newest_first(self) -> "ConversationQuerySet":
        return self.order_by("-updated_at", "-pk")


class Conversation(SearchedModel):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="conversations",
        verbose_name=_("owner"),
    )
    title = models.CharField(max_length=200, blank=True, verbose_name=_("title"))
    analysis_type = models.CharField(
        max_length=20,
        choices=AnalysisType.choices,
        default=AnalysisType.GENERAL,
        verbose_name=_("analysis type"),
    )
    current_turn = models.ForeignKey(
        "conversations.Turn",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The end of the path shown last. See conversations.models.tree.",
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="Nobody sees it; it goes for good later."
    )

    objects = ConversationQuerySet.as_manager()

    searched_field = "title"

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = [
            # The list at the left of the page.
            models.Index(fields=["owner", "-updated_at", "-id"], name="conversation_list"),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Conversation {number}").format(number=self.pk)

    def get_absolute_url(self) -> str:
        return reverse("conversation", args=[self.pk])

    def searched_text(self) -> tuple[int, int | None, str]:
        return self.pk, None, self.title


class Sender(models.TextChoices):
    USER = "user", _("User")
    ASSISTANT = "assistant", _("Assistant")


class Message(SearchedModel):
    """An answer's message holds its ``response`` text only."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    sender = models.CharField(max_length=10, choices=Sender.choices)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SearchedQuerySet["Message"].as_manager()

    searched_field = "text"

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sender}: {self.text[:60]}"

    def searched_text(self) -> tuple[int, int | None, str]:
        return self.conversation_id, self.pk, self.text
