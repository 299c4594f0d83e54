"""The reference library as pages: all notes by topic, one note, one passage for the canvas."""

from collections.abc import Iterable
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chat.models import LibraryNote, LibraryPassage
from chat.rendering.markdown import render_markdown
from chat.retrieval import search_notes
from chat.views.access import SignedInRequest, signed_in
from chat.views.page import page_context

#: Topics whose words are not just their slug with spaces.
_TOPIC_NAMES = {
    "aml-program": "AML program",
    "bsa-records": "BSA records",
    "ccpa": "CCPA",
    "cdd": "Customer due diligence",
    "cip": "Customer identification",
    "ctr": "Currency transaction reports",
    "fbar": "Foreign bank accounts (FBAR)",
    "gdpr": "GDPR",
    "glba": "GLBA",
    "msb": "Money services businesses",
    "pep-edd": "PEPs and enhanced due diligence",
    "sar": "Suspicious activity reports",
    "third-party-risk": "Third-party risk",
}

#: The best come first; behind these nobody finds what they look for.
_MOST_FOUND = 20


@require_safe
@signed_in
def library(request: SignedInRequest) -> HttpResponse:
    """Every note by topic, or with ``?q=`` those that fit, the best first."""
    q = request.GET.get("q", "").strip()[:500]
    notes = search_notes(q)
    if q:
        notes = notes[:_MOST_FOUND]
    context = page_context(request) | {
        "q": q,
        "found": notes if q else [],
        "topics": [] if q else _by_topic(notes),
    }
    return render(request, "library/library.html", context)


def _by_topic(notes: Iterable[LibraryNote]) -> list[tuple[str, list[LibraryNote]]]:
    """Notes come in the order of their topics."""
    return [(topic_name(slug), list(group)) for slug, group in groupby(notes, _topic)]


def _topic(note: LibraryNote) -> str:
    return note.topic


def topic_name(slug: str) -> str:
    """``sar`` -> ``Suspicious activity reports``."""
    return _TOPIC_NAMES.get(slug) or slug.replace("-", " ").capitalize()


@require_safe
@signed_in
def note(request: SignedInRequest, slug: str) -> HttpResponse:
    """One note with all its passages."""
    found = get_object_or_404(LibraryNote, slug=slug)
    passages = [
        {"passage": passage, "html": render_markdown(passage.text)}
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
    """One passage: in the canvas beside the answer that cites it, or on a page of its own.

    With htmx a passage that does not exist is said in words (200): a model may make one up, and
    the reader who clicks its chip should see that.
    """
    wanted = LibraryPassage.objects.select_related("note")
    if request.htmx:
        found = wanted.filter(note_id=slug, anchor=anchor).first()
    else:
        found = get_object_or_404(wanted, note_id=slug, anchor=anchor)
    context = {
        "key": f"{slug}#{anchor}",
        "passage": found,
        "html": render_markdown(found.text) if found else "",
    }
    if request.htmx:
        return render(request, "library/_passage.html", context)
    return render(request, "library/passage.html", page_context(request) | context)
