"""How Oliver looks and speaks to a user. Written by the settings page, read by every page."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    SYSTEM = "system", _("System default")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class StatusStyle(models.TextChoices):
    """How much of an answer's progress is shown (see ``chat.kernel.stages``)."""

    DETAILED = "detailed", _("Detailed: every stage, with counts")
    PLAIN = "plain", _("Plain: only the main steps")


class Preferences(models.Model):
    """A user without a row has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="preferences",
        primary_key=True,
    )
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    status_style = models.CharField(
        max_length=10, choices=StatusStyle.choices, default=StatusStyle.DETAILED
    )
    shortcuts = models.BooleanField(default=True, help_text="Single keys do things on the page")
    language = models.CharField(
        max_length=10, blank=True, help_text="A code of LANGUAGES; empty: as the browser asks"
    )

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"Preferences of user {self.pk}"


def preferences_of(user: User | AnonymousUser) -> Preferences:
    """The user's, or the defaults. One query per user object, which caches the row."""
    if not user.is_authenticated:
        return Preferences()
    try:
        found: Preferences = user.preferences
    except ObjectDoesNotExist:
        return Preferences(user_id=user.pk)  # by its id: the user object would cache it
    return found
