"""Citations: which passages a text cites, what it quotes, and whether the passage says so.

Rendering asks for each chip, turns ``check`` the whole answer; both come to the same verdict, as
the rules live here once. A marker is ``[sar-filing-deadline#due]``; what it quotes stands in double
quotes before it, or is the blockquote whose line it ends:

    A bank must file "no later than 30 calendar days" after that [sar-filing-deadline#due].  (cited)
    A bank must file "no later than 30 calendar days" [sar-filing-deadline#due].            (quoted)
    > A bank must file a SAR no later than 30 calendar days … [sar-filing-deadline#due]     (quoted)

``finding`` finds markers and their quotes in markdown, ``verbatim`` compares a quote with its
passage, ``negation`` knows the words that a quote must not cut off.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chat.kernel.citations.finding import (
    MARKER,
    Citation,
    find_citations,
    has_too_many_brackets,
    quotes_before_markers,
    quotes_in_blockquote,
)
from chat.kernel.citations.verbatim import is_verbatim, is_verbatim_term
from chat.kernel.items import CitationState

__all__ = [
    "MARKER",
    "CheckedCitation",
    "Citation",
    "CitationState",
    "check",
    "find_citations",
    "has_too_many_brackets",
    "is_verbatim",
    "quotes_before_markers",
    "quotes_in_blockquote",
    "state_of",
]


@dataclass(frozen=True, slots=True)
class CheckedCitation(Citation):
    """``verified``: quoted word for word. ``cited``: a known passage, no quote. Else
    ``unverified``.
    """

    state: CitationState


def check(text: str, passages: Mapping[str, str]) -> list[CheckedCitation]:
    """Every citation of ``text``, checked against ``passages`` (id -> text)."""
    return [
        CheckedCitation(
            c.passage_id, c.quote, c.start, c.end, state_of(c.passage_id, c.quote, passages)
        )
        for c in find_citations(text)
    ]


def state_of(passage_id: str, quote: str | None, passages: Mapping[str, str]) -> CitationState:
    """A quote of one or two words found in the passage is a term, which makes no claim to check."""
    passage_text = passages.get(passage_id)
    if passage_text is None:
        return "unverified"
    if quote is None:
        return "cited"
    if is_verbatim(quote, passage_text):
        return "verified"
    return "cited" if is_verbatim_term(quote, passage_text) else "unverified"
