"""No text costs much more than others of its size, as rendering runs where all streams run."""

import sys
from types import FrameType

import pytest

from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from tests.engine.rendering.hostile_texts import hostile_texts

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


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=ascii(name)) for name, text in hostile_texts(SIZE_CHARS)]
)
def test_no_text_makes_the_parser_work_long(text: str) -> None:
    assert calls_of_rendering(text) < MOST_CALLS_PER_CHAR * len(text)


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=ascii(name)) for name, text in hostile_texts(2_000)]
)
def test_hostile_texts_end_as_they_render_whole_and_can_be_sent(text: str) -> None:
    markdown = StreamingMarkdown()
    for start in range(0, len(text), 500):
        markdown.feed(text[start : start + 500])
        markdown.flush()
    markdown.finish()
    assert markdown.final_html == render_markdown(text)
    markdown.final_html.encode()


def test_a_long_table_shows_all_its_rows_rendered_whole_or_streamed() -> None:
    html = render_markdown("| a | b |\n|---|---|\n" + "| c | d |\n" * 1_000)
    assert html.count("<tr>") == 1_001


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
