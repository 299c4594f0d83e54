"""Artifacts of an answer: shown in the canvas or on a page, and downloaded.

They are read from the stored answer, so a card opens as soon as it was checkpointed.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chat.conversations.artifact_versions import versions_of
from chat.conversations.exports.as_markdown import artifact_markdown
from chat.conversations.exports.transcript import artifact_of, with_source_names
from chat.conversations.models import Turn
from chat.conversations.ownership import turn_of
from chat.engine.rendering.cards import artifact_body
from chat.engine.rendering.citation_chips import labels_of
from chat.engine.rendering.diff import diff_lines
from chat.engine.rendering.tables import BYTE_ORDER_MARK, csv_of
from chat.kernel.answer import Answer
from chat.kernel.items import Artifact
from chat.kernel.kind_labels import kind_label
from chat.web.page_context import page_context
from chat.web.signed_in import SignedInRequest, signed_in


@require_safe
@vary_on_headers("HX-Request")
@signed_in
def artifact(request: SignedInRequest, turn_id: int, position: int) -> HttpResponse:
    """``position`` counts from 1."""
    turn = turn_of(request.user, turn_id)
    found = _artifact(turn, position)
    if found is None and turn.is_live and request.htmx:
        # Its card arrived over the stream; the checkpoint follows within about a second.
        return render(request, "conversations/artifact/_not_yet.html", {"url": request.path})
    if found is None:
        raise Http404("no such artifact")
    context = _context(turn, position, found)
    context |= _versions(turn, position, found, since=request.GET.get("since", ""))
    if request.htmx:
        return render(request, "conversations/artifact/_artifact.html", context)
    context |= page_context(request, conversation=turn.conversation)
    return render(request, "conversations/artifact/artifact.html", context)


@require_safe
@signed_in
def download(request: SignedInRequest, turn_id: int, position: int) -> HttpResponse:
    """Markdown; plain text for code; CSV of its table for ``?as=csv``."""
    turn = turn_of(request.user, turn_id)
    found = _artifact(turn, position)
    if found is None:
        raise Http404("no such artifact")
    wanted = request.GET.get("as", "")
    suffix, content_type, content = _file_of(turn.answer, position, wanted=wanted)
    name = f"{slugify(found.title)[:80] or 'artifact'}.{suffix}"
    return HttpResponse(
        content,
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": str(content_disposition_header(True, name))},
    )


def _artifact(turn: Turn, position: int) -> Artifact | None:
    artifacts = turn.answer.artifacts
    return artifacts[position - 1] if 1 <= position <= len(artifacts) else None


def _context(turn: Turn, position: int, found: Artifact) -> dict[str, object]:
    return {
        "turn": turn,
        "position": position,
        "artifact": found,
        "kind": kind_label(found.kind),
        "title": found.title or _("Untitled"),
        "body": artifact_body(found, labels_of(turn.answer)),
        "has_table": bool(csv_of(found.content)),
    }


def _versions(turn: Turn, position: int, found: Artifact, *, since: str) -> dict[str, object]:
    """All versions, and with ``since`` (an earlier version's number) the diff to that one."""
    versions = versions_of(turn, position, found)
    shown = next(version for version in versions if version.is_shown)
    earlier = versions[: shown.number - 1]
    compared = next((version for version in earlier if str(version.number) == since), None)
    context: dict[str, object] = {"versions": versions, "earlier": earlier, "compared": compared}
    if compared is not None:
        old = _artifact(turn_of(turn.conversation.owner, compared.turn_id), compared.position)
        context["diff"] = diff_lines(old.content if old else "", found.content)
    return context


def _file_of(answer: Answer, position: int, *, wanted: str) -> tuple[str, str, str]:
    """Returns suffix, content type and content."""
    artifact, sources = artifact_of(answer, position)
    if wanted == "csv":
        content = answer.artifacts[position - 1].content
        if rows := csv_of(with_source_names(content, answer)):
            return "csv", "text/csv", BYTE_ORDER_MARK + rows
    if artifact.is_code:
        return "txt", "text/plain", artifact.content
    return "md", "text/markdown", artifact_markdown(artifact, sources)
