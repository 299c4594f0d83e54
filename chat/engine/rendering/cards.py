"""The items of a turn as HTML: steps, passages, findings, artifacts, the footer.

Each item has one template for the first render and for frames. Keeps no state. Values come from a
model; templates escape them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from chat.engine.rendering import captions
from chat.engine.rendering.blocks import Heading
from chat.engine.rendering.citation_chips import PassageLabel, evidence_chip
from chat.engine.rendering.code_blocks import code_block
from chat.engine.rendering.markdown import render_markdown
from chat.kernel.answer import Answer
from chat.kernel.code_highlighting import unfenced
from chat.kernel.errors import in_words
from chat.kernel.items import Artifact, Finding
from chat.kernel.kind_labels import kind_label, severity_label
from chat.kernel.passages import Passage
from chat.kernel.verdict import examine_finding, own_words_note, verdict_on

#: Keeps the outline small, whatever a model calls a heading.
_MOST_ENTRIES, _ENTRY_MAX_CHARS = 60, 120


def step_item(text: str, at_ms: int | None) -> SafeString:
    time = "" if at_ms is None else captions.duration(at_ms)
    return format_html('<li>{} <span class="time">{}</span></li>', text, time)


def passage_item(passage: Passage, number: int) -> SafeString:
    return _passage_item(passage.id, passage.title, passage.section, passage.heading, number=number)


# All answers use the same passages from the library.
@lru_cache(maxsize=1_000)
def _passage_item(key: str, title: str, section: str, heading: str, number: int) -> SafeString:
    passage = {"title": title, "section": section, "heading": heading}
    slug, _, anchor = key.partition("#")
    return _render(
        "passage", {"passage": passage, "slug": slug, "anchor": anchor, "number": number}
    )


def finding_card(finding: Finding, labels: Mapping[str, PassageLabel]) -> SafeString:
    context = {
        "title": finding.title,
        "severity": finding.severity,
        "severity_label": severity_label(finding.severity),
        "explanation": mark_safe(render_markdown(finding.explanation, labels)),  # noqa: S308
        "evidence": [
            {"quote": citation.quote, "chip": evidence_chip(citation, labels)}
            for citation in finding.unsaid_citations
        ],
        "missing": ", ".join(examine_finding(finding, labels).missing),
    }
    return _render("finding", context)


def artifact_card(artifact: Artifact, *, turn_id: int, position: int) -> SafeString:
    context = {
        "turn_id": turn_id,
        "position": position,
        "title": artifact.title or _("Untitled"),
        "kind": kind_label(artifact.kind),
        "line_count": len(artifact.content.splitlines()),
    }
    return _render("artifact", context)


def artifact_body(artifact: Artifact, labels: Mapping[str, PassageLabel]) -> SafeString:
    """HTML for the canvas. Code is shown verbatim."""
    if artifact.is_code:
        code, language = unfenced(artifact.content, title=artifact.title)
        return mark_safe(code_block(code, language, coloured=True))  # noqa: S308
    html = render_markdown(artifact.content, labels, keeps_lines=artifact.is_letter)
    return mark_safe(html)  # noqa: S308


def verdict_line(answer: Answer) -> SafeString:
    """Empty when nothing was checked."""
    verdict = verdict_on(answer)
    if not verdict.sentence:
        return SafeString("")
    line = format_html('<span data-state="{}">{}</span>', verdict.state, verdict.sentence)
    if note := own_words_note(answer):
        line += format_html(' <span class="own-words">{}</span>', note)
    return line


def outline(headings: Sequence[Heading], turn_id: int) -> SafeString:
    """Two levels at most, however deep a model goes."""
    top = min(heading.level for heading in headings)
    entries = [
        {"id": heading.id, "text": heading.text[:_ENTRY_MAX_CHARS], "deep": heading.level > top}
        for heading in headings[:_MOST_ENTRIES]
    ]
    return _render("outline", {"turn_id": turn_id, "entries": entries})


def turn_end(answer: Answer, turn_id: int) -> SafeString:
    context = {
        "turn_id": turn_id,
        "outcome": answer.outcome,
        "error": in_words(answer.error) if answer.error else "",
        "wait": captions.duration((answer.error.retry_after_s or 0) * 1000)
        if answer.error and answer.error.retry_after_s
        else "",
        "kept": captions.kept(answer),
        "error_kept": _kept_unless_said(answer),
        "can_copy": captions.has_content(answer),
        "notes": captions.notes(answer),
        "numbers": captions.numbers(answer),
    }
    return _render("end", context)


def _kept_unless_said(answer: Answer) -> str:
    """Empty for errors that already say what was kept."""
    said = answer.error is not None and " kept" in answer.error.message
    return "" if said else captions.kept(answer)


def _render(name: str, context: dict[str, Any]) -> SafeString:
    """Strips outer white space, because items are joined directly."""
    return mark_safe(render_to_string(f"conversations/turn/_{name}.html", context).strip())  # noqa: S308
