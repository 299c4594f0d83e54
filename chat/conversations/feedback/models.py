"""A user's feedback on an answer: rating, reasons and comment. One per user and turn."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.conversations.models.turn import Turn

COMMENT_MAX_CHARS = 2_000


class Rating(models.TextChoices):
    UP = "up", _("Helpful")
    DOWN = "down", _("Not helpful")


class Reason(models.TextChoices):
    """Why an answer was not helpful. No code contains another: they are matched as substrings."""

    WRONG_FACT = "wrong_fact", _("A fact is wrong")
    WRONG_SOURCE = "wrong_source", _("A source is wrong")
    MISSING_SOURCE = "missing_source", _("A source is missing")
    OUTDATED = "outdated", _("It is out of date")
    NO_ANSWER = "no_answer", _("It does not answer the question")
    TOO_LONG = "too_long", _("It is too long")
    UNCLEAR = "unclear", _("It is hard to understand")
    OTHER = "other", _("Something else")


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def of_owner(self) -> "FeedbackQuerySet":
        """Given by the owner of the conversation; the page shows these."""
        return self.filter(user=models.F("turn__conversation__owner"))

    def with_reason(self, reason: str) -> "FeedbackQuerySet":
        return self.filter(has_reason(reason))


class Feedback(models.Model):
    """``reasons`` is ``"wrong_fact too_long"``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="feedback",
        verbose_name=_("user"),
    )
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="feedback")
    rating = models.CharField(max_length=4, choices=Rating.choices, verbose_name=_("rating"))
    reasons = models.CharField(max_length=200, blank=True, verbose_name=_("reasons"))
    comment = models.TextField(blank=True, max_length=COMMENT_MAX_CHARS, verbose_name=_("comment"))
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    updated_at = models.DateTimeField(auto_now=True, db_index=True, verbose_name=_("changed at"))

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(fields=["user", "turn"], name="one_feedback_per_user_and_turn"),
        ]

    def __str__(self) -> str:
        words = gettext("{rating}: turn {number}")
        return words.format(rating=self.get_rating_display(), number=self.turn_id)

    @property
    def reason_codes(self) -> list[str]:
        return self.reasons.split()

    @property
    def reason_labels(self) -> list[str]:
        """Unknown codes (of another version) are shown as they are."""
        labels = dict(Reason.choices)
        return [str(labels.get(code, code)) for code in self.reason_codes]


def has_reason(reason: str, *, prefix: str = "") -> Q:
    """``prefix`` (``turn__feedback__``) is the lookup path from another model."""
    return Q(**{f"{prefix}reasons__contains": reason})
