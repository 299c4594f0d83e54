"""Whatever a model writes becomes a file of every format, with every word in it."""

import re

import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chat.conversations.exports.as_docx import docx
from chat.conversations.exports.as_markdown import markdown
from chat.conversations.exports.as_pdf import pdf
from chat.conversations.exports.transcript import NumberedFinding, Transcript, writable
from tests.conversations.exports.transcripts import pdf_text, transcript, word

_WORD = re.compile(r"w\d{4}e")

_words = st.integers(0, 9999).map(lambda number: f"w{number:04}e")
_odd = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
_SIGNS = "[] ]( )( ` `` ~~ ** __ < > | \\ ! # [^1]: [x]: &#1; &#0; \u202e 漢 👍🏽 ا"
_signs = st.sampled_from(_SIGNS.split())


@st.composite
def _inlines(draw: st.DrawFn) -> str:
    word = draw(_words)
    form = draw(
        st.sampled_from(
            ["{}", "**{}**", "~~{}~~", "*{}*", "`{}`", "[{}](https://a.b)", "[](https://a.b) {}",
             "<https://a.b> {}", "![{}](x)", "{} [](https://a.b)", "[ ] {}", "{}<br>x", "\\[{}\\]"]
        )
    )  # fmt: skip
    return str(form.format(word))


def _indented(text: str, first: str) -> str:
    return first + text.replace("\n", "\n" + " " * len(first))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@st.composite
def _tables(draw: st.DrawFn) -> str:
    columns = draw(st.sampled_from([1, 2, 3, 7, 43, 70]))
    long = draw(st.sampled_from([1, 1, 1, 400]))
    rows = draw(st.lists(_inlines(), min_size=1, max_size=3))
    head = "|" + " h |" * columns + "\n|" + "---|" * columns
    return head + "".join(f"\n| {row}{' long' * long} |" for row in rows)


_leaves = st.one_of(
    _inlines(),
    _tables(),
    _inlines().map(lambda text: f"## {text}"),
    _words.map(lambda word: f"```python\n{word}\n```"),
    _words.map(lambda word: f"    {word}"),
    _words.map(lambda word: f"[^1]: https://{word}.example"),
    _words.map(lambda word: f"{word}[^{word}]\n\n[^{word}]: {word}\n\n    more {word}"),
    _words.map(lambda word: f"[{word}]: 30"),
    _words.map(lambda word: word * 120),
)
_texts = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("\n\n".join),
        inner.map(lambda text: _indented(text, "- ")),
        inner.map(lambda text: _indented(text, "7. ")),
        inner.map(lambda text: "[^a]:" + _indented(text, "    ")),
        inner.map(_quoted),
    ),
    max_leaves=12,
)


def answered(text: str) -> Transcript:
    return transcript(text, NumberedFinding("high", "Late", writable(text)))


def text_of_word(content: Transcript) -> str:
    return "".join(node.text or "" for node in word(content).element.body.iter(qn("w:t")))


def words_of(text: str) -> set[str]:
    """What stands in them, however lines were broken."""
    return set(_WORD.findall(re.sub(r"[\s\u200b\ufffe\u00ad]", "", text)))


_MANY = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(_MANY, max_examples=60)
@given(_texts)
@example("- " * 30 + "w0001e")
@example("> " * 300 + "w0001e")
@example("[](https://a.b)w0001e")
@example("| a |\n|---|\n| [](https://a.b) w0001e |")
def test_word_keeps_every_word(text: str) -> None:
    assert words_of(text) <= words_of(text_of_word(answered(text)))


@settings(_MANY, max_examples=10)
@given(_texts)
@example("- " * 30 + "w0001e")
@example("[](https://a.b)w0001e")
@example("| a | b |\n|---|---|\n| " + "long " * 400 + "w0001e | c |")
@example("|" + " a |" * 43 + "\n|" + "---|" * 43 + "\n|" + " w0001e |" * 43)
def test_pdf_keeps_every_word(text: str) -> None:
    assert words_of(text) <= words_of(pdf_text(answered(text)))


@settings(_MANY, max_examples=60)
@given(_texts)
def test_markdown_keeps_every_word(text: str) -> None:
    assert words_of(text) <= words_of(markdown(answered(text)).decode())


@settings(_MANY, max_examples=10)
@given(st.lists(st.one_of(_odd, _signs, st.just("\n")), max_size=30).map("".join))
def test_no_text_is_too_odd_for_a_file(text: str) -> None:
    for write in (markdown, docx, pdf):
        assert write(answered(text))


@pytest.mark.parametrize("columns", [1, 2, 5, 12, 64, 200])
def test_a_table_of_any_width_is_printed(columns: int) -> None:
    cells = [f"w{number:04}e" for number in range(columns)]
    table = "\n".join(
        "|" + "|".join(row) + "|" for row in (["head"] * columns, ["---"] * columns, cells)
    )
    assert words_of(pdf_text(transcript(table))) >= set(cells)
    assert words_of(text_of_word(transcript(table))) >= set(cells)
