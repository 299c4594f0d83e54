"""No text costs much more than others of its size, as rendering runs where all streams run."""

import re
import sys
from types import FrameType

import pytest

from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from tests.engine.rendering.hostile_texts import hostile_texts

pytestmark = pytest.mark.begins_first
SIZE_CHARS = 6_000
MOST_CALLS_PER_CHAR = 150


def calls_of_rendering(text: str) -> int:
    """Python functions called: unlike time, the same on each machine and each run."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        render_markdown(text)
    finally:
        sys.setprofile(None)
    return calls


def streamed(text: str, *, every: int) -> str:
    markdown = StreamingMarkdown()
    for start in range(0, len(text), every):
        markdown.feed(text[start : start + every])
        markdown.flush()
    markdown.finish()
    return markdown.final_html


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=ascii(name)) for name, text in hostile_texts(SIZE_CHARS)]
)
def test_no_text_makes_the_parser_work_long(text: str) -> None:
    assert calls_of_rendering(text) < MOST_CALLS_PER_CHAR * len(text)


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=ascii(name)) for name, text in hostile_texts(2_000)]
)
def test_hostile_texts_end_as_they_render_whole_and_can_be_sent(text: str) -> None:
    html = streamed(text, every=500)
    assert html == render_markdown(text)
    html.encode()


def test_a_long_table_shows_all_its_rows_rendered_whole_or_streamed() -> None:
    html = render_markdown("| a | b |\n|---|---|\n" + "| c | d |\n" * 1_000)
    assert html.count("<tr>") - html.count("<th>a</th>") == 1_000


def test_too_many_brackets_stay_as_they_were_written() -> None:
    text = '"[a#b]' * 1_000
    assert render_markdown(text).count("[a#b]") == 1_000


def test_a_line_break_in_a_table_cell_breaks_the_line() -> None:
    html = render_markdown("| a |\n|---|\n| b<br>c<BR/>d |\n")
    assert html.count("<br>") + html.count("<br />") == 2


def test_a_line_break_in_code_stays_text() -> None:
    assert "<code>&lt;br&gt;</code>" in render_markdown("`<br>`")


def test_a_link_tells_where_it_goes_whatever_title_the_model_gave() -> None:
    html = render_markdown('[bank](https://evil.example/\u202egov "https://bank.gov")')
    assert 'title="https://evil.example/%E2%80%AEgov"' in html
    assert "https://bank.gov" not in html


LONG = {
    "list": "".join(f"{n}. Item **{n}** of the list\n" for n in range(1, 500)),
    "nested list": "- a\n  - b\n    - c\n" * 300,
    "lazy list": "- a\nb\n" * 500,
    "quote": "> a quoted line\n" * 500,
    "lines": "a line of one paragraph\n" * 500,
    "one line": "words without an end " * 1_500,
    "no blank": "x" * 30_000,
    "code": "```python\n" + "x = 1\n\n# y\n" * 500 + "```\n\nAfter *it*.\n",
    "open code": "~~~\n" + "x = 1\n" * 900,
    "table": "| a | b |\n|---|---|\n" + "| c | d |\n" * 700 + "\nAfter *it*.\n",
    "table and list": "a|b\n-|-\n" + "c|d\n" * 200 + "- e\n" * 400 + "# H\n" + "f\n" * 400,
    "definitions": "[a]: https://a.example\n" * 400 + "\n[a] and [b]\n\n[b]: https://b.example\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LONG.items()])
@pytest.mark.parametrize("every", [7, 333, 5_000])
def test_a_long_block_is_cut_alike_however_it_arrives(text: str, every: int) -> None:
    assert streamed(text, every=every) == render_markdown(text)


@pytest.mark.parametrize("name", [name for name in LONG if "code" not in name])
def test_a_frame_never_renders_more_than_some_kilobytes(name: str) -> None:
    markdown = StreamingMarkdown()
    for start in range(0, len(LONG[name]), 500):
        markdown.feed(LONG[name][start : start + 500])
        markdown.flush()
        assert len(markdown._head + markdown._tail) <= 8_500


def test_a_long_list_keeps_its_numbers_and_a_long_table_its_head() -> None:
    starts = re.findall(r'<ol start="(\d+)">', render_markdown(LONG["list"]))
    assert starts
    assert len(re.findall("<li>", render_markdown(LONG["list"]))) == 499
    table = render_markdown(LONG["table"])
    assert table.count("<td>c</td>") == 700
    assert table.count("<th>a</th>") == table.count("<table>") > 1


def test_long_code_stays_one_block() -> None:
    html = render_markdown(LONG["code"])
    assert html.count("<pre>") == 1
    assert "<p>After <em>it</em>.</p>" in html
