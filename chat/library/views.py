"""The library's pages: all notes by topic, one note, one passage for the canvas."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chat.engine.rendering.citation_chips import version_of
from chat.engine.rendering.markdown import render_markdown
from chat.engine.rendering.quoted_words import highlighted
from chat.kernel.citations import WordSpan
from chat.kernel.kind_labels import passage_kind_label
from chat.library.models import LibraryNote, LibraryPassage, jurisdiction_name
from chat.library.retrieval import search_notes
from chat.web.page_context import page_context
from chat.web.signed_in import SignedInRequest, signed_in

#: The bundled topics. A topic added by an operator is named after its slug.
_TOPIC_NAMES = {
    "aml-program": _("AML program"),
    "beneficial-ownership": _("Beneficial ownership"),
    "bsa-records": _("BSA records"),
    "ccpa": _("CCPA"),
    "cdd": _("Customer due diligence"),
    "cip": _("Customer identification"),
    "complaints": _("Complaints"),
    "ctr": _("Currency transaction reports"),
    "document-review": _("Document review"),
    "fbar": _("Foreign bank accounts (FBAR)"),
    "funds-transfer": _("Funds transfer"),
    "gdpr": _("GDPR"),
    "glba": _("GLBA"),
    "information-sharing": _("Information sharing"),
    "model-risk": _("Model risk"),
    "msb": _("Money services businesses"),
    "pep-edd": _("PEPs and enhanced due diligence"),
    "privacy": _("Privacy"),
    "recordkeeping": _("Recordkeeping"),
    "sanctions": _("Sanctions"),
    "sar": _("Suspicious activity reports"),
    "special-measures": _("Special measures"),
    "structuring": _("Structuring"),
    "third-party-risk": _("Third-party risk"),
    "typologies": _("Typologies"),
}

_SPANS = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
_MOST_SPAN_CHARS = 500

#: Nobody looks further down a list of search results.
_MAX_RESULTS = 20


@require_safe
@signed_in
def library(request: SignedInRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:500]
    topic, jurisdiction = request.GET.get("topic", ""), request.GET.get("jurisdiction", "")
    notes = [
        note
        for note in search_notes(q)
        if topic in ("", note.topic)
        and (not jurisdiction or jurisdiction in note.jurisdiction.split())
    ]
    if q:
        notes = notes[:_MAX_RESULTS]
    context = (
        page_context(request)
        | _filters()
        | {
            "q": q,
            "topic": topic,
            "jurisdiction": jurisdiction,
            "found": notes if q else [],
            "topics": [] if q else _by_topic(notes),
        }
    )
    return render(request, "library/library.html", context)


def _filters() -> dict[str, list[tuple[str, str]]]:
    """(value, name) of every topic and jurisdiction that a note has."""
    scopes = list(LibraryNote.objects.values_list("topic", "jurisdiction"))
    topics = {topic for topic, _codes in scopes}
    codes = {code for _topic, codes in scopes for code in codes.split()}
    return {
        "all_topics": _named(topics, topic_name),
        "all_jurisdictions": _named(codes, jurisdiction_name),
    }


def _named(values: Iterable[str], name: Callable[[str], str]) -> list[tuple[str, str]]:
    return sorted(((value, name(value)) for value in values), key=itemgetter(1))


def _by_topic(notes: Iterable[LibraryNote]) -> list[tuple[str, list[LibraryNote]]]:
    return [(topic_name(slug), list(group)) for slug, group in groupby(notes, _topic)]


def _topic(note: LibraryNote) -> str:
    return note.topic


def topic_name(slug: str) -> str:
    """``sar`` -> ``Suspicious activity reports``."""
    return str(_TOPIC_NAMES.get(slug) or slug.replace("-", " ").capitalize())


@require_safe
@signed_in
def note(request: SignedInRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(LibraryNote, slug=slug)
    passages = [
        {
            "passage": passage,
            "kind": passage_kind_label(passage.kind),
            "html": render_markdown(passage.text),
        }
        for passage in found.passages.all()
    ]
    context = page_context(request) | {
        "note": found,
        "topic": topic_name(found.topic),
        "passages": passages,
    }
    return render(request, "library/note.html", context)


@require_safe
@vary_on_headers("HX-Request")
@signed_in
def passage(request: SignedInRequest, slug: str, anchor: str) -> HttpResponse:
    """A cited passage, in the canvas or on a page of its own.

    For htmx an unknown passage is a sentence with status 200: a model may invent one, and the
    reader who clicks its chip should see that.
    """
    wanted = LibraryPassage.objects.select_related("note")
    if request.htmx:
        found = wanted.filter(note_id=slug, anchor=anchor).first()
    else:
        found = get_object_or_404(wanted, note_id=slug, anchor=anchor)
    context = {
        "key": f"{slug}#{anchor}",
        "passage": found,
        "html": highlighted(found.text, _quoted(request, found)) if found else "",
        "has_changed": found is not None and _has_changed(request, found),
        "kind": passage_kind_label(found.kind) if found else "",
    }
    if request.htmx:
        return render(request, "library/_passage.html", context)
    return render(request, "library/passage.html", page_context(request) | context)


def _quoted(request: SignedInRequest, found: LibraryPassage) -> list[WordSpan]:
    """``?words=4-9,15-20``: where the citation that led here quotes, in the text as it was then."""
    spans = _SPANS.findall(request.GET.get("words", "")[:_MOST_SPAN_CHARS])
    return (
        [] if _has_changed(request, found) else [(int(first), int(last)) for first, last in spans]
    )


def _has_changed(request: SignedInRequest, found: LibraryPassage) -> bool:
    then = request.GET.get("of", "")
    return bool(then) and then != version_of(found.text)
