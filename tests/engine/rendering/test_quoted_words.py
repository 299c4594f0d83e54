"""A passage's HTML with quoted words highlighted."""

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from chat.engine.rendering.markdown import render_markdown
from chat.engine.rendering.quoted_words import highlighted
from chat.kernel.citations import places_of_words

PASSAGE = """\
A bank must file a **final** report “in time” — no later than 30\u00a0days:

- the customer's *first* deposit of $25,000 or more;
- `code` and <b>no tag</b> & _more_ of it, po\u00adsted, ﬁnal.

1\\. It ends [here](https://example.com/a)."""


def marked(markdown: str, *spans: tuple[int, int]) -> list[str]:
    return [mark.text() for mark in LexborHTMLParser(highlighted(markdown, spans)).css("mark")]


def test_words_are_marked_where_they_stand() -> None:
    assert marked("A bank **must** file.", (1, 2)) == ["bank ", "must"]


def test_marks_never_cross_tags_and_text_stays_escaped() -> None:
    html = highlighted("- one <b>two\n- three</b> four", [(0, 10)])
    assert html.count("<mark") == html.count("</mark>")
    assert "<b>" not in html
    everything = "".join(marked("- one <b>two\n- three</b> four", (0, 10)))
    assert everything == "one <b>twothree</b> four"


def test_signs_in_a_passage_are_taken_out() -> None:
    assert marked("A \ue001bank\ue002 must file", (2, 2)) == ["must"]


@given(first=st.integers(0, 60), length=st.integers(0, 60))
def test_marks_change_nothing_but_marks(first: int, length: int) -> None:
    last = min(first + length, len(places_of_words(PASSAGE)) - 1)
    plain = LexborHTMLParser(render_markdown(PASSAGE))
    parsed = LexborHTMLParser(highlighted(PASSAGE, [(first, last)]))
    assert parsed.text() == plain.text()
    assert len(parsed.css("li")) == len(plain.css("li")) == 2
    assert first <= last or not parsed.css("mark")
