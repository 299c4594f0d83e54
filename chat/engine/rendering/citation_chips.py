"""Citation chips: links that open a passage at the quote and show the result of the check.

``chip_slots`` finds the citations in a text; ``blocks`` and ``cards`` call ``chip_html`` for each.
"""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from chat.kernel.answer import Answer
from chat.kernel.citations import MARKER, CheckedInlineCitation, WordSpan, check_quote
from chat.kernel.items import Citation

#: Fragment of a passage's page where the quote begins.
QUOTED_ID = "quoted"


@dataclass(frozen=True, slots=True)
class PassageLabel:
    """What a chip shows of a passage; ``number`` counts from 1, ``title`` is the note's."""

    number: int
    title: str
    text: str
    heading_line: str = ""


def labels_of(answer: Answer) -> dict[str, PassageLabel]:
    return {
        passage.id: PassageLabel(number, passage.title, passage.text, passage.heading_line)
        for number, passage in enumerate(answer.passages, start=1)
    }


class Labels:
    """The labels of one turn, shared by its texts."""

    def __init__(self) -> None:
        self._passages: object = None
        self._labels: Mapping[str, PassageLabel] = {}

    def of(self, answer: Answer) -> Mapping[str, PassageLabel]:
        if answer.passages is not self._passages:  # each change of an answer's list makes a new one
            self._passages, self._labels = answer.passages, labels_of(answer)
        return self._labels


_are_links: ContextVar[bool] = ContextVar("are_links", default=True)


@contextmanager
def without_links() -> Iterator[None]:
    token = _are_links.set(False)
    try:
        yield
    finally:
        _are_links.reset(token)


# A chip in the open tail is rendered with each frame, and ``reverse`` would be most of its cost.
# Bounded, because a model may invent ids.
@lru_cache(maxsize=1_000)
def note_url(slug: str, anchor: str) -> str:
    """``/library/sar-filing-deadline/#due``."""
    return f"{reverse('library-note', args=(slug,))}#{anchor}"


@lru_cache(maxsize=1_000)
def passage_url(slug: str, anchor: str) -> str:
    """One passage as a fragment for the canvas: ``/library/passages/…/due/``."""
    return reverse("library-passage", args=(slug, anchor))


@lru_cache(maxsize=1_000)
def version_of(text: str) -> str:
    """Identifies a text of a passage: word numbers are valid for that text only."""
    return f"{zlib.crc32(text.encode(errors='replace')):08x}"


def chip_html(citation: CheckedInlineCitation, passages: Mapping[str, PassageLabel]) -> SafeString:
    """``<a class="citation" … data-state="verified">1</a>``; problems are also stated in words."""
    passage = passages.get(citation.passage_id)
    is_id = MARKER.fullmatch(f"[{citation.passage_id}]") is not None
    label = str(passage.number) if passage else "?" if is_id else citation.passage_id
    attributes = format_html(
        'data-state="{}" title="{}"', citation.state, _title(citation, passage)
    )
    inside = format_html("{}{}", label or "?", _doubts(citation))
    if not is_id or not _are_links.get():
        return format_html('<span class="citation" {}>{}</span>', attributes, inside)
    page, panel = _addresses(citation, passage)
    return format_html(
        '<a class="citation" href="{}" hx-get="{}" hx-target="#canvas" hx-swap="innerHTML" {}>{}'
        "</a>",
        page,
        panel,
        attributes,
        inside,
    )


def evidence_chip(citation: Citation, passages: Mapping[str, PassageLabel]) -> SafeString:
    quote = check_quote(citation.passage, citation.quote, passages)
    return chip_html(
        CheckedInlineCitation(
            citation.passage, citation.quote, 0, 0, state=quote.state, quotes=(quote,)
        ),
        passages,
    )


def _addresses(citation: CheckedInlineCitation, passage: PassageLabel | None) -> tuple[str, str]:
    """The link without JavaScript, and the link for the canvas."""
    slug, _, anchor = citation.passage_id.partition("#")
    page, panel = note_url(slug, anchor), passage_url(slug, anchor)
    spans = _quoted_spans(citation)
    if passage is None or not spans:
        return page, panel
    words = ",".join(f"{first}-{last}" for first, last in spans)
    panel = f"{panel}?words={words}&of={version_of(passage.text)}"
    return f"{panel}#{QUOTED_ID}", panel


def _quoted_spans(citation: CheckedInlineCitation) -> tuple[WordSpan, ...]:
    quotes = (quote for quote in citation.quotes if quote.passage_id == citation.passage_id)
    return next((quote.at for quote in quotes if quote.at), ())


def _doubts(citation: CheckedInlineCitation) -> SafeString:
    doubts = SafeString("")
    if citation.state == "unverified":
        doubts += format_html(' <span class="unverified">{}</span>', gettext("unverified"))
    if citation.missing:
        words = gettext("not in the cited passage: {numbers}")
        numbers = ", ".join(citation.missing)
        doubts += format_html(' <span class="missing">{}</span>', words.format(numbers=numbers))
    return doubts


def _title(citation: CheckedInlineCitation, passage: PassageLabel | None) -> str:
    if passage is None:
        return gettext("This passage was not read")
    if any(quote.state == "unverified" for quote in citation.quotes):
        return gettext("{title}. This quote is not in the passage").format(title=passage.title)
    if citation.is_odd:
        return gettext("{title}. This citation is not in the exact form").format(
            title=passage.title
        )
    return passage.title
