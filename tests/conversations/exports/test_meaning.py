"""What an answer says by its marks (struck out, numbered, ticked, quoted) a file says too."""

import io
from typing import Any

import pypdfium2
import pytest
from django.contrib.auth.models import User
from docx import Document
from docx.oxml.ns import qn
from markdown_it import MarkdownIt

from chat.conversations.exports import export
from chat.conversations.exports.as_markdown import markdown
from chat.conversations.exports.as_pdf import pdf
from chat.conversations.exports.blocks import Marker, Span, blocks_of
from tests.conversations.exports.conftest import PASSAGE, say
from tests.conversations.exports.transcripts import MOMENT, pdf_text, transcript, word


def word_of(response: str) -> Any:
    return word(transcript(response))


def pdf_text_of(response: str) -> str:
    return pdf_text(transcript(response))


def exported(owner: User, **answer: Any) -> str:
    return export(say(owner, **answer), "markdown").content.decode()


# --- Marks ---------------------------------------------------------------------------------------


def test_what_was_struck_out_stays_struck_out() -> None:
    assert blocks_of("You ~~must~~ may file")[0].spans == [
        Span("You "),
        Span("must", strike=True),
        Span(" may file"),
    ]
    cells = blocks_of("| a |\n|---|\n| ~~must~~ may |")[0].rows[1][0]
    assert cells[0] == Span("must", strike=True)


def test_word_strikes_out_in_paragraphs_and_cells() -> None:
    document = word_of("You ~~must~~ may file\n\n| a |\n|---|\n| ~~shall~~ |")
    cell = document.tables[0].rows[1].cells[0].paragraphs[0]
    runs = [run for paragraph in [*document.paragraphs, cell] for run in paragraph.runs]
    assert [run.text for run in runs if run.font.strike] == ["must", "shall"]


def test_a_definition_that_no_link_uses_stays_text() -> None:
    (block,) = blocks_of("[Deadline]: 30")
    assert block.spans == [Span("[Deadline]: 30")]
    assert blocks_of("[a][b]\n\n[b]: http://c")[0].spans == [Span("a"), Span(" (http://c)")]


def test_a_break_in_a_cell_is_a_new_line() -> None:
    assert blocks_of("| a |\n|---|\n| b<br>c |")[0].rows[1] == [[Span("b\nc")]]


def test_a_memo_keeps_the_lines_of_its_head(analyst: User) -> None:
    memo = {"kind": "memo", "title": "Memo", "content": "To: Ann\nFrom: Bob"}
    conversation = say(analyst, artifacts=[memo])
    document = Document(io.BytesIO(export(conversation, "docx").content))
    assert "To: Ann\nFrom: Bob" in [paragraph.text for paragraph in document.paragraphs]


# --- Lists ---------------------------------------------------------------------------------------


def markers(text: str) -> list[tuple[str, str]]:
    return [(block.kind, str(block.marker)) for block in blocks_of(text) if block.marker]


def test_items_that_begin_with_code_or_a_table_keep_their_number() -> None:
    text = "7. ```\n   x\n   ```\n8. | a |\n   |---|\n   | b |\n9. > q\n10. - in\n11."
    assert markers(text) == [
        ("code", "7."),
        ("table", "8."),
        ("paragraph", "9."),
        ("paragraph", "10."),
        ("paragraph", "•"),
        ("paragraph", "11."),
    ]


def test_lists_keep_their_deepest_levels() -> None:
    text = "\n".join("  " * level + f"- level {level}" for level in range(30))
    assert [block.depth for block in blocks_of(text)] == list(range(1, 31))


def test_a_task_says_whether_it_is_done() -> None:
    assert [block.marker for block in blocks_of("- [ ] a\n- [x] b\n- c")] == [
        Marker(1, checked=False),
        Marker(1, checked=True),
        Marker(1),
    ]


def numbering(document: Any) -> list[tuple[str, int, int]]:
    """(text, list, level) of each numbered paragraph."""
    found = []
    for paragraph in document.paragraphs:
        properties = paragraph._p.pPr
        if properties is not None and properties.numPr is not None:
            numbered = properties.numPr
            found.append((paragraph.text, numbered.numId.val, numbered.ilvl.val))
    return found


def test_word_counts_each_list_itself_from_its_own_first_number() -> None:
    document = word_of("3. c\n   - deep\n4. d\n\nBetween.\n\n1. a")
    (c, first, _), (_, bullets, level), (d, same, _), (a, second, _) = numbering(document)
    assert (c, d, a, level) == ("c", "d", "a", 1)
    assert first == same
    assert len({first, second, bullets}) == 3
    numbers = document.part.numbering_part.element
    starts = [
        override.get(qn("w:val"))
        for number in numbers.findall(qn("w:num"))
        if number.numId in (first, second)
        for override in number.iter(qn("w:startOverride"))
    ]
    assert starts == ["3", "1"]


def test_words_checkboxes_can_be_ticked() -> None:
    w14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
    boxes = word_of("- [ ] a\n- [x] b").element.body.iter(f"{w14}checkbox")
    assert [box.find(f"{w14}checked").get(f"{w14}val") for box in boxes] == ["0", "1"]


# --- Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["```", "```python\nx = 1", "a\n\n~~~~\nx\n~~~", "````\n```"])
def test_a_fence_left_open_ends_with_its_text(analyst: User, text: str) -> None:
    written = exported(analyst, response=text, analysis=text, passages=[PASSAGE])
    tokens = MarkdownIt().parse(written)
    headings = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"]
    assert headings[-3:] == ["Analysis", "Answer", "Sources"]


@pytest.mark.parametrize("text", ["```\nx\n```", "~~~\nx\n~~~~", "- ```\n  x", "plain"])
def test_what_is_closed_already_stays_as_it_is(text: str) -> None:
    assert f"### Answer\n\n{text}\n" in markdown(transcript(text)).decode()


@pytest.mark.parametrize("text", ["[1]: https://a.example", "> [1]: https://a.example\n\n[1]"])
def test_no_text_makes_a_link_of_a_citation(analyst: User, text: str) -> None:
    written = exported(
        analyst, response=text, analysis=f"See [{PASSAGE['id']}].", passages=[PASSAGE]
    )
    assert "See [1]." in written
    assert "<a href" not in MarkdownIt().render(written)


def test_a_finding_keeps_its_lists_tables_and_quotes(analyst: User) -> None:
    finding = {
        "title": "Late",
        "severity": "high",
        "explanation": "Why:\n\n- one\n- two\n\n| a |\n|---|\n| b |",
        "citations": [
            {"passage": PASSAGE["id"], "quote": "no later than 30 calendar days"},
            {"passage": PASSAGE["id"], "quote": "within ninety days of it"},
        ],
    }
    written = exported(analyst, findings=[finding], passages=[PASSAGE])
    assert f"**Late (High)**\n\n{finding['explanation']}\n\n" in written
    assert '- "no later than 30 calendar days" [1]\n' in written
    assert '- "within ninety days of it" [1, not verified]\n' in written


def test_a_checklist_names_its_sources_by_number(analyst: User) -> None:
    checklist = {"kind": "checklist", "title": "Steps", "content": f"- [ ] File [{PASSAGE['id']}]"}
    written = exported(analyst, artifacts=[checklist], passages=[PASSAGE])
    assert "- [ ] File [1]\n" in written
    assert "(cited)" in written


def test_it_says_who_asked_and_what_the_sources_say(analyst: User) -> None:
    analyst.first_name, analyst.last_name = "Ann", "Lyst"
    analyst.save()
    written = exported(analyst, response="See.", passages=[PASSAGE])
    assert "*Asked by Ann Lyst. Exported from Oliver on " in written
    assert "*Not legal advice. Read the cited section before you rely on it.*" in written
    assert f"  > {PASSAGE['text']}\n" in written


def test_a_source_keeps_the_lists_of_its_wording(analyst: User) -> None:
    passage = PASSAGE | {"text": "Six ways:\n\n- One.\n- Two."}
    conversation = say(analyst, response="See.", passages=[passage])
    document = Document(io.BytesIO(export(conversation, "docx").content))
    assert [text for text, _, _ in numbering(document)] == ["One.", "Two."]


# --- Files ---------------------------------------------------------------------------------------


def test_a_word_file_is_dated_when_it_was_exported() -> None:
    properties = word_of("x").core_properties
    assert properties.created == properties.modified == MOMENT
    assert (properties.author, properties.comments) == ("Oliver", "")


def test_word_turns_the_paragraphs_that_read_from_the_right() -> None:
    body = word_of("שלום **עולם**\n\nhello").element.body
    turned = [
        p for p in body.iter(qn("w:p")) if p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    ]
    assert len(turned) == 1


def test_pdf_writes_scripts_of_the_world() -> None:
    text = "漢字 テスト 한국어 नमस्ते สวัสดี Ёлка Ελληνικά"
    assert text.replace(" ", "") in pdf_text_of(text).replace(" ", "")
    assert "Boxes" not in pdf_text_of(f"{text} שלום مرحبا 👍🏽")


@pytest.mark.parametrize("letters", ["של", "بد"])
def test_pdf_writes_hebrew_and_arabic_from_the_right(letters: str) -> None:
    with pypdfium2.PdfDocument(pdf(transcript(letters))) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        first, second = (page.get_charbox(text.index(letter))[0] for letter in letters)
    assert first > second


def test_pdf_says_what_it_cannot_show() -> None:
    assert "Boxes mark characters that this PDF cannot show: U+0BA4" in pdf_text_of("\u0ba4")


def test_pdf_is_tagged_and_dated() -> None:
    with pypdfium2.PdfDocument(pdf(transcript("x"))) as document:
        facts = document.get_metadata_dict()
        assert document.is_tagged()
    assert facts["Title"] == "When?"
    assert facts["CreationDate"].startswith("D:20261122130000")
