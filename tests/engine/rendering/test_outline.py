"""The contents of a long answer: when they come, and that their links lead to its headings."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from chat.engine.rendering.turn import TurnRenderer
from chat.kernel.answer import Answer
from tests.engine.rendering.markdown_corpus import documents

PREFIX = "turn-7-response-h"
LONG = "\n\n".join(f"# Part {n} [x#y]\n\n## Its *details*\n\n{'word ' * 200}" for n in range(4))


def outline_of(answer: Answer) -> LexborHTMLParser:
    parts = TurnRenderer.of(7, answer).full()
    return LexborHTMLParser(f"<nav>{parts['outline']}</nav>{parts['response_final']}")


def test_a_long_answer_gets_links_to_its_headings() -> None:
    page = outline_of(Answer(response=LONG, outcome="done"))
    links = page.css("nav a")
    assert [link.text() for link in links[:3]] == ["Part 0", "Its details", "Part 1"]
    for link in links:
        (heading,) = page.css(str(link.attributes["href"]))
        assert heading.text().startswith(link.text())
    assert len(page.css("nav li.deep")) == 4


@pytest.mark.parametrize(
    "answer",
    [
        Answer(response=LONG),
        Answer(response="# a\n\n# b\n\n# c\n", outcome="done"),
        Answer(response="# a\n\n" + "word " * 1000, outcome="done"),
    ],
    ids=["still being written", "short", "without headings"],
)
def test_others_get_none(answer: Answer) -> None:
    assert not outline_of(answer).css("nav *")


def test_ids_come_by_number_and_never_from_a_model() -> None:
    markdown = "# a {#canvas}\n\n> # quoted\n\n- # in a list\n\n## <i id=main>b</i>\n"
    html = LexborHTMLParser(render_markdown(markdown, heading_prefix=PREFIX))
    assert [node.attributes["id"] for node in html.css(":is(h3, h4, h5, h6)[id]")] == [
        f"{PREFIX}1",
        f"{PREFIX}2",
    ]


@settings(max_examples=150)
@given(document=documents, seed=st.integers(0, 2**32))
def test_headings_are_numbered_alike_however_the_text_arrives(document: str, seed: int) -> None:
    chance = random.Random(seed)
    markdown, at = StreamingMarkdown(heading_prefix=PREFIX), 0
    while at < len(document):
        size = chance.randint(1, 30)
        markdown.feed(document[at : at + size])
        markdown.flush()
        at += size
    markdown.finish()
    assert markdown.final_html == render_markdown(document, heading_prefix=PREFIX)
    ids = [
        node.attributes["id"]
        for node in LexborHTMLParser(markdown.final_html).css(":is(h3, h4, h5, h6)[id]")
    ]
    assert ids == [heading.id for heading in markdown.headings]
    assert ids == [f"{PREFIX}{number}" for number in range(1, len(ids) + 1)]
