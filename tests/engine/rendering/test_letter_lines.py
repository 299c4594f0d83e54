"""The head of a letter keeps its lines."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.exports.blocks import blocks_of
from chat.engine.rendering.cards import artifact_body
from chat.engine.rendering.markdown import render_markdown
from chat.kernel.items import Artifact

HEADS = [
    "To: Ann\nFrom: Bob\nDate: 1 May\nRe: SAR",
    "**To:** Ann\n**From:** Bob\n**Date:** 1 May\n**Re:** SAR",
    "**To**: Ann\n*From*: Bob\nCC: Eve\nSubject: SAR",
    "An: Ann\nVon: Bob\nDatum: 1. Mai\nBetreff: SAR",
]


@pytest.mark.parametrize("head", HEADS)
def test_the_lines_of_a_head_stay_lines_on_the_page_and_in_exports(head: str) -> None:
    assert render_markdown(f"{head}\n\nText.").count("<br") == 3
    (paragraph,) = blocks_of(head)
    assert "".join(span.text for span in paragraph.spans).count("\n") == 3


@pytest.mark.parametrize(
    "text",
    ["The rule applies\nto: banks\nfrom: May", "To file is\nto: obey", "Today:\nA bank\nfiles"],
)
def test_other_lines_of_a_paragraph_run_on(text: str) -> None:
    assert "<br" not in render_markdown(text)


@pytest.mark.parametrize(("kind", "breaks"), [("memo", 2), ("draft", 2), ("checklist", 0)])
def test_a_letter_keeps_all_its_lines(kind: str, breaks: int) -> None:
    artifact = Artifact(kind=kind, title="", content="Dear Ann,\nthe bank\nfiles.")
    assert len(LexborHTMLParser(artifact_body(artifact, {})).css("br")) == breaks
