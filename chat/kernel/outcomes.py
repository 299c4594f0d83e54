"""Outcome: how an answer ended, and all that is said of it.

``Turn.status`` holds it, and a stream's last chunk tells it. A new outcome is one line of the table
and ``makemigrations``: pages, exports, the admin, style sheets and announcements follow.
"""

from typing import TYPE_CHECKING, Literal, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: ``partial``: readers keep what arrived; ``failed``: they are told why, and may try again.
OutcomeKind = Literal["complete", "partial", "failed"]


class Outcome(TextChoices):
    """How an answer ended."""

    # Stored word, kind, status line with the time spent, announcement, sentence in exports, what it
    # means for the reader, label. The label is also the status line when no time is known.
    # fmt: off
    DONE = ("done", "complete", _("Answered in {time}"), _("Answer complete"),
            "", "", _("Answered"))
    STOPPED = ("stopped", "partial", _("Stopped after {time}"), _("Answer stopped"),
               _("This answer was stopped."), "", _("Stopped"))
    CUT = ("cut", "partial", _("Cut off after {time}"), _("The answer was cut off"),
           _("This answer was cut off at the model's length limit."),
           _("The model reached its length limit before the answer was complete."), _("Cut off"))
    FILTERED = ("filtered", "partial", _("Withheld after {time}"), _("The answer was withheld"),
                _("The model provider's content filter withheld the rest of this answer."),
                _("The model provider's content filter withheld the rest. Rephrase the question."),
                _("Withheld"))
    REFUSED = ("refused", "partial", _("Refused after {time}"), _("The model refused to answer"),
               _("The model refused to answer."),
               _("The model refused to answer this. Rephrase the question."), _("Refused"))
    FAILED = ("failed", "failed", _("Failed after {time}"), _("The answer could not be completed"),
              _("This answer failed before it was complete."), "", _("Failed"))
    INTERRUPTED = ("interrupted", "failed", "", _("The answer was interrupted"),
                   _("This answer was interrupted."), "", _("Interrupted"))
    # fmt: on

    kind: OutcomeKind
    timed: "StrOrPromise"
    announcement: "StrOrPromise"
    sentence: "StrOrPromise"
    meaning: "StrOrPromise"

    def __new__(
        cls,
        word: str,
        kind: OutcomeKind,
        timed: "StrOrPromise",
        announcement: "StrOrPromise",
        sentence: "StrOrPromise",
        meaning: "StrOrPromise",
    ) -> Self:
        """``TextChoices`` takes the label, which comes last."""
        outcome = str.__new__(cls, word)
        outcome._value_ = word
        outcome.kind, outcome.timed = kind, timed
        outcome.announcement, outcome.sentence, outcome.meaning = announcement, sentence, meaning
        return outcome

    @classmethod
    def read(cls, word: object, otherwise: "Outcome") -> "Outcome":
        """A newer worker may know more outcomes than this process."""
        return next((outcome for outcome in cls if outcome == word), otherwise)

    @classmethod
    def failures(cls) -> "list[Outcome]":
        return [outcome for outcome in cls if outcome.kind == "failed"]

    @property
    def can_continue(self) -> bool:
        """Whether the rest of the answer can be asked for."""
        return self is Outcome.CUT

    @classmethod
    def ended_by_provider(cls) -> "list[Outcome]":
        return [cls.CUT, cls.FILTERED, cls.REFUSED]

    def after(self, time: str) -> str:
        """``Stopped after 12 s``, or ``Stopped`` when no time is known."""
        return str(self.timed).format(time=time) if time and self.timed else str(self.label)
