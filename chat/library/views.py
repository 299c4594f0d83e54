"""The reference library as pages: all notes by topic, one note, one passage for the canvas."""

from collections.abc import Iterable
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chat.engine.rendering.markdown import render_markdown
from chat.kernel.kind_labels import passage_kind_label
from chat.library.models import LibraryNote, LibraryPassage
from chat.library.retrieval import search_notes
from chat.web.page_context import page_context
from chat.web.signed_in import SignedInRequest, signed_in

#: The bundled library's topics. One that an operator adds is its slug with spaces.
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
    return str(_TOPIC_NAMES.get(slug) or slug.replace("-", " ").capitalize())


@require_safe
@signed_in
def note(request: SignedInRequest, slug: str) -> HttpResponse:
    """One note with all its passages."""
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
        "kind": passage_kind_label(found.kind) if found else "",
    }
    if request.htmx:
        return render(request, "library/_passage.html", context)
    return render(request, "library/passage.html", page_context(request) | context)
