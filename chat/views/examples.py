"""Questions to start with, for each analysis type: they show what Oliver is good at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chat.chunks import AnalysisType

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Examples:
    """What one analysis type is for, and questions that it answers from the library."""

    analysis_type: AnalysisType
    name: "StrOrPromise"
    purpose: "StrOrPromise"
    questions: tuple[str, ...]


EXAMPLES = (
    Examples(
        "general",
        _("General"),
        _("A rule, a deadline, a threshold"),
        (
            "How long do we have to file a suspicious activity report?",
            "Can the teller tell the customer about a SAR?",
            "When does a cash deposit need a CTR?",
        ),
    ),
    Examples(
        "compliance",
        _("Compliance"),
        _("Obligations and gaps, as findings"),
        (
            "What must we do when a payment matches a name on the OFAC list?",
            "Which identification do we need before opening an account for a new customer?",
        ),
    ),
    Examples(
        "document",
        _("Document review"),
        _("Paste a procedure or a letter"),
        (
            "Review this procedure: “Tellers ask the customer whether the cash may be split over "
            "two days so that no report is needed.”",
            "Review this notice: “We file suspicious activity reports within 90 days and inform "
            "the customer when we do.”",
        ),
    ),
)
