"""Questions to start with, for each analysis type: they show what Oliver is good at."""

from dataclasses import dataclass

from chat.chunks import AnalysisType


@dataclass(frozen=True)
class Examples:
    """What one analysis type is for, and questions that it answers from the library."""

    analysis_type: AnalysisType
    name: str
    purpose: str
    questions: tuple[str, ...]


EXAMPLES = (
    Examples(
        "general",
        "General",
        "A rule, a deadline, a threshold",
        (
            "How long do we have to file a suspicious activity report?",
            "Can the teller tell the customer about a SAR?",
            "When does a cash deposit need a CTR?",
        ),
    ),
    Examples(
        "compliance",
        "Compliance",
        "Obligations and gaps, as findings",
        (
            "What must we do when a payment matches a name on the OFAC list?",
            "Which identification do we need before opening an account for a new customer?",
        ),
    ),
    Examples(
        "document",
        "Document review",
        "Paste a procedure or a letter",
        (
            "Review this procedure: “Tellers ask the customer whether the cash may be split over "
            "two days so that no report is needed.”",
            "Review this notice: “We file suspicious activity reports within 90 days and inform "
            "the customer when we do.”",
        ),
    ),
)
