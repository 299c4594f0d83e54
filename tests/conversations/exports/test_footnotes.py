"""Footnotes in Word and PDF: a raised label in the text, and the note where it was written."""

import pytest

from chat.conversations.exports.blocks import Marker, Span, blocks_of
from tests.conversations.exports.transcripts import pdf_text, transcript, word

TEXT = """\
File[^1] in **time[^b]**.

[^1]: https://example.com/rule, read
    today

    More.

[^b]: Late
"""


def label(text: str, *, bold: bool = False) -> Span:
    return Span(text, bold=bold, superscript=True)


def text_of(spans: list[Span]) -> str:
    return "".join(span.text for span in spans)


def test_a_note_begins_with_the_label_that_refers_to_it() -> None:
    said, first, more, second = blocks_of(TEXT)
    assert [span for span in said.spans if span.superscript] == [label("1"), label("b", bold=True)]
    assert first.spans[0] == label("1")
    assert text_of(first.spans) == "1 https://example.com/rule, read today"
    assert text_of(second.spans) == "b Late"
    assert [block.depth for block in (said, first, more, second)] == [0, 1, 1, 1]


def test_a_note_that_nothing_refers_to_is_kept() -> None:
    assert [text_of(block.spans) for block in blocks_of("a[^1] b\n\n[^2]: c")] == ["a[^1] b", "2 c"]


@pytest.mark.parametrize(
    ("note", "first_kind"),
    [
        ("", None),
        ("```\n    x\n    ```", "code"),
        ("- x", "paragraph"),
        ("\n\n    | a |\n    |---|\n    | b |", "table"),
        ("# x", "heading"),
        ("> [!NOTE]\n    > x", "paragraph"),
    ],
)
def test_a_label_that_no_text_follows_gets_a_line(note: str, first_kind: str | None) -> None:
    line, *others = blocks_of(f"[^1]: {note}")
    assert (line.kind, text_of(line.spans), line.marker) == ("paragraph", "1 ", None)
    assert [block.kind for block in others[:1]] == ([first_kind] if first_kind else [])


def test_an_item_that_is_a_note_keeps_its_number() -> None:
    item, note, following = blocks_of("7. [^1]: x\n8. y")
    assert (item.spans, item.marker, item.depth) == ([], Marker(1, 7), 1)
    assert (text_of(note.spans), note.marker, note.depth) == ("1 x", None, 2)
    assert (following.marker, following.depth) == (Marker(1, 8), 1)


def test_word_raises_labels_and_keeps_the_address_of_a_note() -> None:
    paragraphs = word(transcript(TEXT)).paragraphs
    raised = [run.text for each in paragraphs for run in each.runs if run.font.superscript]
    assert raised == ["1", "b", "1", "b"]
    (note,) = [each for each in paragraphs if "example.com" in each.text]
    assert note.text == "1 https://example.com/rule, read today"
    assert note.paragraph_format.left_indent


def test_pdf_keeps_labels_and_the_address_of_a_note() -> None:
    text = " ".join(pdf_text(transcript(TEXT)).split())
    assert "File1 in timeb . 1 https://example.com/rule, read today More. b Late" in text
