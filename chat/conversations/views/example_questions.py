"""Example questions for each analysis type.

Always in English, like the library: retrieval matches words, so a question in another language
would find nothing. The start page says so.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chat.kernel.chunks import AnalysisType

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Examples:
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
            "How long do we have to report a suspicious transaction?",
            "When does a cash deposit need a CTR?",
            "Which identification do we need from a new customer?",
        ),
    ),
    Examples(
        "compliance",
        _("Compliance"),
        _("Obligations and gaps, as findings"),
        (
            "What must we do when a payment matches a name on the OFAC list?",
            "How soon must we report a data breach under the GDPR?",
        ),
    ),
    Examples(
        "document",
        _("Document review"),
        _("Paste a procedure or a letter"),
        (
            "Review this procedure: “Tellers ask the customer whether the cash may be split over "
            "two days so that no report is needed.”",
            "Review this letter to a customer: “We had to close your account because we filed a "
            "suspicious activity report about you.”",
        ),
    ),
)
