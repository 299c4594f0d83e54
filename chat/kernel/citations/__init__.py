"""Citations: the passages a text cites, its quotes, and whether the passages contain them.

Rendering checks each block and ``kernel.verdict`` the whole answer. Both use these rules, so they
agree. A marker looks like ``[sar-filing-deadline#due]``. Its quote is in quotation marks before it,
or is the blockquote whose line it ends:

    A bank must file "no later than 30 calendar days" after that [sar-filing-deadline#due].
    A bank must file "no later than 30 calendar days" [sar-filing-deadline#due].
    > A bank must file a SAR no later than 30 calendar days … [sar-filing-deadline#due]

    text -> ``markdown_blocks`` -> ``statements`` (with ``markers`` and ``quotation_marks``)
         -> ``checking`` (with ``verbatim``, ``negation`` and ``numbers``)
"""

from chat.kernel.citations.checking import (
    CheckedInlineCitation,
    CheckedQuote,
    Examined,
    Source,
    Sources,
    SourceText,
    check,
    check_quote,
    examine,
    examine_block,
)
from chat.kernel.citations.markdown_blocks import TextBlock, has_too_many_brackets
from chat.kernel.citations.markers import MARKER, Marker, marker_at, without_markers
from chat.kernel.citations.markup_limit import MarkupLimit, is_within_limit
from chat.kernel.citations.statements import InlineCitation, find_citations
from chat.kernel.citations.verbatim import WordSpan, is_verbatim, places_of_words

__all__ = [
    "MARKER",
    "CheckedInlineCitation",
    "CheckedQuote",
    "Examined",
    "InlineCitation",
    "Marker",
    "MarkupLimit",
    "Source",
    "SourceText",
    "Sources",
    "TextBlock",
    "WordSpan",
    "check",
    "check_quote",
    "examine",
    "examine_block",
    "find_citations",
    "has_too_many_brackets",
    "is_verbatim",
    "is_within_limit",
    "marker_at",
    "places_of_words",
    "without_markers",
]
