"""Every format carries question, answer, findings, artifacts, sources and what was checked."""

import json
import re
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from docx import Document
from markdown_it import MarkdownIt

from chat.conversations.exports import FORMAT_NAMES, export
from chat.conversations.exports.blocks import Block, Marker, Span, blocks_of
from chat.conversations.models import Conversation
from tests.conversations.exports.conftest import PASSAGE, RESPONSE, say

pytestmark = pytest.mark.django_db
HOSTILE = "\x00\x08\ud800 <script>alert(1)</script> ]]> &amp; \u202e 💶 漢字 \ufffe"


def text(conversation: Conversation) -> str:
    return export(conversation, "markdown").content.decode()


def word(conversation: Conversation) -> Any:
    return Document(BytesIO(export(conversation, "docx").content))


def test_markdown_numbers_its_sources_and_names_what_was_not_verified(
    conversation: Conversation,
) -> None:
    written = text(conversation)
    assert (
        '"no later than 30 calendar days" [1], **not** "within ninety days" [1, not verified]'
        in (written)
    )
    assert "[made-up#x, not verified]" in written
    assert "[1] Deadline for an initial SAR: Thirty days. FinCEN, 31 CFR 1020.320." in written
    assert "(a quote could not be verified)" in written
    assert 'x = "[sar-deadline#due]"' in written  # code is as it was


def test_markdown_has_every_part_under_its_heading(conversation: Conversation) -> None:
    tokens = MarkdownIt().parse(text(conversation))
    headings = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"]
    assert headings == [
        "When is a SAR due?", "Question", "Analysis", "Findings", "Answer", "When",
        "Script (Code)", "List (Checklist)", "Sources",
    ]  # fmt: skip
    assert [t.content for t in tokens if t.type == "fence"][-1] == "print('```')\n"


def test_json_is_what_is_stored(conversation: Conversation) -> None:
    content = json.loads(export(conversation, "json").content)
    turn = content["turns"][0]
    assert content["title"] == "When is a SAR due?"
    assert content["asked_by"] == "analyst"
    assert turn["answer"]["response"] == RESPONSE
    assert turn["answer"]["passages"] == [{**PASSAGE, "kind": "guidance"}]
    states = ["verified", "unverified", "unverified", "cited"]  # the last is a finding's
    assert [c["state"] for c in turn["citations"]] == states
    assert turn["verdicts"] == {"sar-deadline#due": "a quote could not be verified"}


def test_word_has_headings_a_table_and_the_sources(conversation: Conversation) -> None:
    document = word(conversation)
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[:4] == ["Question", "Analysis", "Findings", "Answer"]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["Step", "Day"],
        ["Detect", "0"],
    ]
    assert "31 CFR 1020.320" in document.paragraphs[-2].text
    assert document.paragraphs[-1].text == PASSAGE["text"]
    assert document.core_properties.title == "When is a SAR due?"


def test_pdf_embeds_its_letters_and_runs_nothing(conversation: Conversation) -> None:
    content = export(conversation, "pdf").content
    assert content.startswith(b"%PDF-")
    assert b"/FontFile2" in content
    streams = [
        zlib.decompress(found)
        for found in re.findall(rb"stream\n(.*?)\nendstream", content, re.S)
        if found[:1] == b"x"
    ]
    assert streams
    for active in (b"/JavaScript", b"/Launch", b"/OpenAction /S"):
        assert active not in content


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_no_text_breaks_a_format(name: Any, analyst: User) -> None:
    safe = HOSTILE.replace("\x00", "").encode("utf-8", "replace").decode()
    conversation = say(
        analyst,
        title=f"{safe} ../../etc/passwd",
        response=f"| {safe} |\n|--|\n| a | b |\n\n- {safe}\n\n![{safe}](http://x/)\n\n[a](http://b)",
        findings=[{"title": None, "explanation": safe, "citations": [{"passage": "?"}]}],
        artifacts=[{}],
        passages=[{"id": "a#b"}],
    )
    file = export(conversation, name)
    assert file.content
    assert re.fullmatch(r"[\w-]{1,80}\.\w+", file.name, re.ASCII)


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_a_conversation_without_questions_is_a_file_as_well(name: Any, analyst: User) -> None:
    empty = Conversation.objects.create(owner=analyst, title="§")
    assert export(empty, name).name.startswith(f"conversation-{empty.pk}.")


def test_an_unfinished_answer_says_so(analyst: User) -> None:
    conversation = say(analyst, status="running", response="So far")
    assert "still being written" in text(conversation)
    assert "So far" in text(conversation)


def test_markdown_becomes_blocks() -> None:
    blocks = blocks_of(
        "# A\n\n- b **c**\n\n  d\n  1. e\n\n> f\n\n[g](http://h) <http://i>\n\n    j"
    )
    bullet, number = Marker(list_id=1), Marker(list_id=2, number=1)
    assert blocks == [
        Block("heading", [Span("A")], level=1),
        Block("paragraph", [Span("b "), Span("c", bold=True)], depth=1, marker=bullet),
        Block("paragraph", [Span("d")], depth=1),
        Block("paragraph", [Span("e")], depth=2, marker=number),
        Block("paragraph", [Span("f")], quotes=1),
        Block("paragraph", [Span("g"), Span(" (http://h)"), Span(" "), Span("http://i")]),
        Block("code", [Span("j", code=True)]),
    ]
