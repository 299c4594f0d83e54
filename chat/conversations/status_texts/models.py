"""Custom texts by staff that replace the built-in ones for the stages of an answer."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.conversations.models.conversation import AnalysisType
from chat.kernel.stages import DETAILED, PLACEHOLDERS, PLAIN, filled, sentence

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


class StatusText(models.Model):
    """The most specific text (language, then analysis type) wins."""

    stage = models.CharField(
        max_length=20, choices=list({**DETAILED, **PLAIN}.items()), verbose_name=_("stage")
    )
    analysis_type = models.CharField(
        max_length=20,
        choices=AnalysisType.choices,
        blank=True,
        help_text=_("Empty: for every kind of answer."),
        verbose_name=_("analysis type"),
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        help_text=_("Empty: for readers of every language."),
        verbose_name=_("language"),
    )
    text = models.CharField(
        max_length=120,
        blank=True,
        help_text=_(
            "Plain text; empty: Oliver's own words. {count} is the number of passages where "
            "several were found, {model} the language model where it is asked."
        ),
        verbose_name=_("text"),
    )

    class Meta:
        verbose_name = _("status message")
        verbose_name_plural = _("status messages")
        ordering = ["stage", "analysis_type", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "analysis_type", "language"], name="one_status_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.text}"

    def clean(self) -> None:
        """Rejects placeholders that the stage has no value for."""
        allowed = {f"{{{name}}}" for name in PLACEHOLDERS.get(self.stage, {})}
        for found in _BRACES.findall(self.text):
            if found not in allowed:
                raise ValidationError({"text": _refusal(found, allowed)})

    def example(self) -> str:
        return filled(self.text, PLACEHOLDERS.get(self.stage, {})) or default_example(self.stage)


def default_example(stage: str) -> str:
    """The built-in text with sample values."""
    return sentence(stage, PLACEHOLDERS.get(stage, {}))


def _refusal(found: str, allowed: set[str]) -> str:
    if not allowed:
        return gettext("This stage has no placeholder %(found)s.") % {"found": found}
    return gettext("Use %(allowed)s instead of %(found)s. This stage has no other placeholder.") % {
        "allowed": ", ".join(sorted(allowed)),
        "found": found,
    }
