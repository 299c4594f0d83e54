"""Saved prompts: private, or shared with everybody."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: A prompt frames a question; documents go into the composer.
TITLE_MAX_CHARS, TEXT_MAX_CHARS = 100, 8_000
#: A longer list is unusable.
MAX_PROMPTS = 200
#: The permission to share prompts with everybody.
SHARE_PROMPT = "conversations.share_prompt"


class PromptQuerySet(models.QuerySet["Prompt"]):
    def readable_by(self, user: User) -> "PromptQuerySet":
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def shared(self) -> "PromptQuerySet":
        return self.filter(is_shared=True)

    def limit_error(self, user: User) -> str:
        """An error sentence if the user has reached the limit, else ""."""
        if self.filter(owner=user).count() < MAX_PROMPTS:
            return ""
        return gettext("You have %(most)s prompts. Delete one first.") % {"most": MAX_PROMPTS}


class Prompt(models.Model):
    """``{names in braces}`` are placeholders for the user to fill in."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="prompts",
        verbose_name=_("owner"),
    )
    title = models.CharField(_("title"), max_length=TITLE_MAX_CHARS)
    text = models.TextField(_("text"), max_length=TEXT_MAX_CHARS)
    is_shared = models.BooleanField(_("shared with everyone"), default=False, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    objects = PromptQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared prompt")
        verbose_name_plural = _("shared prompts")
        ordering = ["title", "pk"]
        permissions = [("share_prompt", "Can share prompts with everybody")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("prompt-edit", args=[self.pk])
