"""Turns: a question with its answer, and the queue that workers take them from."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.conversations.models.conversation import AnalysisType, Conversation, Message
from chat.kernel.answer import Answer
from chat.kernel.answer_errors import TurnInterrupted
from chat.kernel.chunks import StreamError
from chat.kernel.clean_text import clean_json
from chat.kernel.errors import OliverError
from chat.kernel.outcomes import Outcome


class Unfinished(models.TextChoices):
    """The statuses of a turn that has no outcome yet."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")


class TurnQuerySet(models.QuerySet["Turn"]):
    def owned_by(self, user: User) -> "TurnQuerySet":
        return self.filter(conversation__owner=user, conversation__deleted_at=None)

    def unfinished(self) -> "TurnQuerySet":
        return self.filter(status__in=Unfinished.values)

    def queued(self) -> "TurnQuerySet":
        return self.filter(status=Unfinished.QUEUED).order_by("id")

    def lost(self) -> "TurnQuerySet":
        """Running turns whose lease expired, by the database's clock: it is the same for all
        processes.
        """
        return self.filter(status=Unfinished.RUNNING, lease_until__lt=Now())

    def held_by(self, owner: str) -> "TurnQuerySet":
        """Running turns leased by this worker: every write of a runner is fenced by it."""
        return self.filter(status=Unfinished.RUNNING, lease_owner=owner)


class Turn(models.Model):
    """This table is the queue; a channel message is only a doorbell.

    ``answer_state`` is the fold of the turn's chunks (``chat.kernel.answer``) up to event ``seq``,
    checkpointed about once a second and at the end.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="turns", verbose_name=_("conversation")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="The turn it follows; none for a first question. See conversations.models.tree.",
    )
    question = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        related_name="asked_in",
        help_text="Turns that share it are versions of its answer.",
    )
    reply = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="answered_in"
    )
    analysis_type = models.CharField(
        max_length=20, choices=AnalysisType.choices, verbose_name=_("analysis type")
    )
    #: Queued, running, then the outcome. Changed by compare-and-set only.
    status = models.CharField(
        max_length=12,
        choices=[*Unfinished.choices, *Outcome.choices],
        default=Unfinished.QUEUED,
        verbose_name=_("status"),
    )
    idempotency_key = models.CharField(
        max_length=100, unique=True, help_text="<user id>:<key from the client>"
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    is_imported = models.BooleanField(
        _("imported"),
        default=False,
        help_text="A program sent the answer in as history; Oliver did not write it.",
    )

    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)

    seq = models.PositiveIntegerField(default=0, verbose_name=_("events"))
    answer_state = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=40, blank=True, verbose_name=_("error code"))

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status__in=["queued", "running"]),
                name="one_live_turn_per_conversation",
            ),
        ]
        indexes = [
            # The worker's look at the queue and the search for lost turns.
            models.Index(
                fields=["status", "lease_until"],
                condition=Q(status__in=["queued", "running"]),
                name="turn_queue",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Turn {number} ({status})").format(
            number=self.pk, status=self.get_status_display()
        )

    @property
    def is_live(self) -> bool:
        return self.status in Unfinished.values

    @property
    def outcome(self) -> Outcome | None:
        return None if self.is_live else Outcome.read(self.status, otherwise=Outcome.FAILED)

    @property
    def ending(self) -> str:
        """For staff: ``Failed (provider_auth)``."""
        label = self.get_status_display()
        return label if self.error_code in ("", self.status) else f"{label} ({self.error_code})"

    @property
    def answer(self) -> Answer:
        """Parsed anew at each access."""
        answer = Answer.model_validate(clean_json(self.answer_state))
        answer.outcome = self.outcome
        if answer.outcome in Outcome.failures() and answer.error is None:
            answer.error = self._unstored_error
        return answer

    @property
    def _unstored_error(self) -> StreamError:
        """Of a turn that ended without its text: nothing else could be stored."""
        if self.status == Outcome.INTERRUPTED:
            return TurnInterrupted().as_stream_error()
        error = OliverError().as_stream_error()
        return error.model_copy(update={"code": self.error_code or error.code})

    def get_absolute_url(self) -> str:
        page = reverse("conversation", args=[self.conversation_id])
        return f"{page}?turn={self.pk}#turn-{self.pk}"
