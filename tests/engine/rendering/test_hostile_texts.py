"""No text costs much more than others of its size, as rendering runs where all streams run."""

import re
from cProfile import Profile
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from chat.kernel.citations import check, markup_limit
from tests.engine.rendering.hostile_texts import hostile_texts
from tests.engine.rendering.markdown_corpus import documents

pytestmark = pytest.mark.begins_first
SIZE_CHARS, SHARES = 4_000, 6
MOST_CALLS_PER_CHAR = 150
MOST_CALLS_OF_A_MESSAGE = 1_200_000


def calls_of_rendering(text: str) -> int:
    """Python functions called: unlike time, the same on each machine and each run."""
    profile = Profile(builtins=False)
    profile.runcall(render_markdown, text)
    return sum(entry.callcount for entry in profile.getstats())


def streamed(text: str, *, every: int) -> str:
    markdown = StreamingMarkdown()
    for start in range(0, len(text), every):
        markdown.feed(text[start : start + every])
        markdown.flush()
    markdown.finish()
    return markdown.final_html


@pytest.mark.parametrize("share", range(SHARES))
def test_no_text_makes_the_parser_work_long(share: int) -> None:
    texts = islice(hostile_texts(SIZE_CHARS), share, None, SHARES)
    calls = {name: calls_of_rendering(text) for name, text in texts}
    most = MOST_CALLS_PER_CHAR * SIZE_CHARS
    assert {name: count for name, count in calls.items() if count > most} == {}


@pytest.mark.parametrize("part", ["_a_ ", "**a", "~~a", "&#", "- a\n", "a|b\n-|-\n", "www.a.b "])
def test_a_stored_message_of_markup_alone_opens_quickly(part: str) -> None:
    assert calls_of_rendering(part * (99_000 // len(part))) < MOST_CALLS_OF_A_MESSAGE


def test_hostile_texts_end_as_they_render_whole_and_can_be_sent() -> None:
    for name, text in hostile_texts(2_000):
        html = streamed(text, every=500)
        assert html == render_markdown(text), name
        html.encode()


@settings(max_examples=200)
@given(
    document=documents,
    most_marks=st.integers(1, 30),
    line_chars=st.integers(1, 9),
    every=st.sampled_from([1, 3, 8]),
)
def test_a_text_over_the_limit_ends_alike_however_it_arrives(
    document: str, most_marks: int, line_chars: int, every: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup_limit, "_MOST_MARKS", most_marks)
        patch.setattr(markup_limit, "_MOST_OF_LAST_LINE_CHARS", line_chars)
        assert streamed(document, every=every) == streamed(document, every=1_000)


def test_what_lies_behind_the_limit_is_shown_as_it_was_written() -> None:
    html = render_markdown("*a* <b>\n" * 5_000)
    formatted, *written = html.split('<div class="as-written">')
    assert len(written) > 1
    assert "<em>a</em> &lt;b&gt;" in formatted
    assert "<em>" not in "".join(written)
    assert html.count("&lt;b&gt;\n") + html.count("&lt;b&gt;</p>") == 5_000


def test_a_citation_is_a_chip_exactly_where_the_verdict_counts_it() -> None:
    text = "*a* [sar#due]\n\n" * 2_000
    counted = [each for each in check(text, {}) if each.passage_id == "sar#due"]
    html = render_markdown(text)
    assert html.count('class="citation') == len(counted) < 2_000
    assert html.count("[sar#due]") == 2_000 - len(counted)


@pytest.mark.parametrize("colons", [":" * 3_600, "a:" * 3_700])
def test_a_short_text_over_the_limit_ends_alike_streamed_and_whole(colons: str) -> None:
    text = f"{colons}\n*b*"
    assert streamed(text, every=700) == render_markdown(text)


def test_a_long_text_of_an_expert_stays_within_the_limit() -> None:
    line = '- **Filing:** a bank must file a SAR "no later than 30 days" (31 CFR 1020) [sar#due].\n'
    assert "as-written" not in render_markdown(line * (80_000 // len(line)))


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
    "list": "".join(f"{n}. Item **{n}** of the list\n" for n in range(1, 350)),
    "nested list": "- a\n  - b\n    - c\n" * 110,
    "lazy list": "- a\nb\n" * 170,
    "quote": "> a quoted line\n" * 320,
    "lines": "a line of one paragraph\n" * 320,
    "one line": "words without an end " * 850,
    "no blank": "x" * 17_000,
    "code": "```python\n" + "x = 1\n\n# y\n" * 120 + "```\n\nAfter *it*.\n",
    "open code": "~~~\n" + "x = 1\n" * 400,
    "table": "| a | b |\n|---|---|\n" + "| c | d |\n" * 330 + "\nAfter *it*.\n",
    "table and list": "a|b\n-|-\n" + "c|d\n" * 160 + "- e\n" * 160 + "# H\n" + "f\n" * 160,
    "definitions": "[a]: https://a.example\n" * 170 + "\n[a] and [b]\n\n[b]: https://b.example\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LONG.items()])
@pytest.mark.parametrize("every", [61, 333, 5_000])
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
    assert len(re.findall("<li>", render_markdown(LONG["list"]))) == 349
    table = render_markdown(LONG["table"])
    assert table.count("<td>c</td>") == 330
    assert table.count("<th>a</th>") == table.count("<table>") > 1


def test_long_code_stays_one_block() -> None:
    html = render_markdown(LONG["code"])
    assert html.count("<pre>") == 1
    assert "<p>After <em>it</em>.</p>" in html
