"""Markdown that streams in is, at every moment, what its text so far says; at the end the whole."""

import random
from collections.abc import Callable, Iterator
from functools import cache
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from chat.engine.rendering import markdown as markdown_module
from chat.engine.rendering.blocks import last_block_start
from chat.engine.rendering.markdown import StreamingMarkdown, Update, render_markdown
from tests.engine.rendering.markdown_corpus import EVERYTHING, PASSAGES, WHOLE, documents


class Reader:
    """A page: it does with each update what the browser does."""

    def __init__(self, markdown: StreamingMarkdown) -> None:
        self.markdown = markdown
        self.final_html = self.tail_html = ""

    def show(self, update: Update) -> None:
        if update.reset_html is not None:
            self.final_html = update.reset_html
        self.final_html += update.appended_html
        self.tail_html = update.tail_html

    def flush(self) -> tuple[str, str]:
        self.show(self.markdown.flush())
        return self.final_html, self.tail_html

    def finish(self) -> tuple[str, str]:
        self.show(self.markdown.finish())
        return self.final_html, self.tail_html


def state_at(text: str) -> tuple[str, str]:
    """What a reader sees who comes now: all text in one chunk, one flush."""
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed(text)
    markdown.flush()
    return markdown.final_html, markdown.tail_html


def chunks_of(text: str, chance: random.Random) -> Iterator[str]:
    longest = chance.choice((1, 3, 12, 50))
    start = 0
    while start < len(text):
        end = start + chance.randint(1, longest)
        yield text[start:end]
        start = end


def stream_and_compare(
    text: str, state_at: Callable[[str], tuple[str, str]], chance: random.Random
) -> None:
    reader, position = Reader(StreamingMarkdown(PASSAGES)), 0
    flush_share = chance.choice((0.1, 0.4, 1.0))
    for chunk in chunks_of(text, chance):
        reader.markdown.feed(chunk)
        position += len(chunk)
        if chance.random() < flush_share:
            state = reader.flush()
            assert state == state_at(text[:position])
            assert state == (reader.markdown.final_html, reader.markdown.tail_html)
    assert reader.finish() == (render_markdown(text, PASSAGES), "")


# --- Exact ----------------------------------------------------------------------------------------


@settings(max_examples=400)
@given(document=documents, seed=st.integers(0, 2**32))
def test_every_state_depends_on_the_text_alone_and_the_last_is_the_whole(
    document: str, seed: int
) -> None:
    chance, known_state_at = random.Random(seed), cache(state_at)
    for _ in range(5):  # 2,000 chunkings
        stream_and_compare(document, known_state_at, chance)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
def test_a_real_document_streams_exactly(newline: str, size: int) -> None:
    text = WHOLE.replace("\n", newline)
    reader = Reader(StreamingMarkdown(PASSAGES))
    for start in range(0, len(text), size):
        reader.markdown.feed(text[start : start + size])
        assert reader.flush() == state_at(text[: start + size])
    assert reader.finish() == (render_markdown(WHOLE, PASSAGES), "")


@settings(max_examples=300)
@given(lines=st.lists(st.sampled_from([p for p in EVERYTHING if p[-1] == "\n"]), max_size=10))
def test_a_block_that_is_complete_stays_complete(lines: list[str]) -> None:
    cuts = [last_block_start("".join(lines[:count])) for count in range(len(lines) + 1)]
    assert cuts == sorted(cuts)


@pytest.mark.parametrize(
    ("whole_lines", "last_block"),
    [
        ("one\n\ntwo\n", "two\n"),
        ("# one\ntwo\n", "two\n"),
        ("- a\n\n- b\n", "- a\n\n- b\n"),
        ("- a\n\nb\n", "b\n"),
        ("```\n\na\n", "```\n\na\n"),
        ("a\n\n[x]: http://x.y\n", "[x]: http://x.y\n"),
        ("[x]: http://x.y\n'title\n", "[x]: http://x.y\n'title\n"),
        ("[x]: http://x.y 'a\n===\nb\n", "[x]: http://x.y 'a\n===\nb\n"),
        ("- [x]: http://x.y\n'title\n", "- [x]: http://x.y\n'title\n"),
        ("- [x]: http://x.y\n\n'title\n", "'title\n"),
        ("\n\n", "\n\n"),
        ("", ""),
    ],
)
def test_only_the_last_block_may_still_change(whole_lines: str, last_block: str) -> None:
    assert whole_lines[last_block_start(whole_lines) :] == last_block


def test_a_finished_block_is_appended_once_and_never_sent_again() -> None:
    reader = Reader(StreamingMarkdown(PASSAGES))
    appended = []
    for character in "one\n\ntwo\n\nthree\n\nfour\n":
        reader.markdown.feed(character)
        update = reader.markdown.flush()
        assert update.reset_html is None
        appended += [update.appended_html] if update.appended_html else []
    assert appended == ["<p>one</p>\n", "<p>two</p>\n", "<p>three</p>\n"]


def test_a_flush_without_new_text_changes_nothing() -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed("one\n\ntwo\nthree")
    tail_html = markdown.flush().tail_html
    assert markdown.flush() == Update("", tail_html)


def test_a_link_definition_that_arrives_late_resets_what_used_it() -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed("See [the form].\n\nMore.\n\n")
    assert "<a" not in markdown.flush().appended_html
    markdown.feed("[the form]: https://example.com\n\nEnd.\n")
    update = markdown.flush()
    assert update.reset_html == markdown.final_html
    assert update.appended_html == ""
    (link,) = LexborHTMLParser(markdown.final_html).css("a")
    assert link.attributes["href"] == "https://example.com"


def test_a_link_definition_that_nothing_used_resets_nothing() -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed("See [the form].\n\n[other]: https://example.com\n\nEnd.\n")
    markdown.flush()
    assert markdown.finish().reset_html is None


def test_a_finished_text_takes_no_more() -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.finish()
    with pytest.raises(RuntimeError):
        markdown.feed("more")


# --- The tail -------------------------------------------------------------------------------------


HALF_LINES = ["-", "=", "--", "#", "##", "```", "~~~", ">", "> ", "|", "|--", "|:-", "- ", "* "]
HALF_LINES += ["  -", "1", "1.", "10)", "- 1.", "**", "- **", "_", "[", "- [", "> - [sar"]


@pytest.mark.parametrize("half", HALF_LINES)
def test_a_last_line_of_markers_alone_does_not_flash(half: str) -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed("A bank must file.\n" + half)
    assert markdown.flush().tail_html == "<p>A bank must file.</p>\n"


@pytest.mark.parametrize("text", ["x-", "A 30", "a\n30 d", "a\n-1 d", "[x y", "[X#y", "[x]", "a["])
def test_words_are_shown_as_they_come(text: str) -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed(text)
    assert LexborHTMLParser(markdown.flush().tail_html).text().strip() == text.removesuffix("[")


# --- Cost -----------------------------------------------------------------------------------------


@pytest.fixture
def rendered_chars(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of every source that is rendered or searched for its last block."""
    lengths: list[int] = []

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def count(source: str, **rest: object) -> object:
            lengths.append(len(source))
            return function(source, **rest)

        return count

    for name in ("render_blocks", "last_block_start"):
        monkeypatch.setattr(markdown_module, name, counted(getattr(markdown_module, name)))
    return lengths


def test_streaming_4000_tokens_renders_each_character_a_few_times(
    rendered_chars: list[int],
) -> None:
    text = WHOLE.partition("[sar]:")[0] * 35
    markdown = StreamingMarkdown(PASSAGES)
    for start in range(0, len(text), 170):  # 40 tokens
        markdown.feed(text[start : start + 170])
        markdown.flush()
    markdown.finish()
    assert len(text) > 15_000
    assert sum(rendered_chars) < 6 * len(text)


@pytest.mark.parametrize("loop", ["[", "![", "> ", "- ", "`", "**a ", "<", '"', "\\[", "|", "*_"])
def test_a_model_that_loops_stays_cheap(loop: str) -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed(loop * (16_000 // len(loop)))
    began_s = thread_time()
    markdown.flush()
    assert thread_time() - began_s < 1
