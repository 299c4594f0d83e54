"""``[slug#id]`` in markdown opens the passage, and says whether its quote is in there."""

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from chat.engine.rendering.citation_chips import PassageLabel
from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from chat.kernel.citations import check

PASSAGES = {
    "ctr#amount": PassageLabel(1, "Reports of cash", "A bank must report more than $10,000."),
    "sar-filing#due": PassageLabel(
        2, 'The <b>"deadline"</b>', "A bank must file a SAR no later than 30 calendar days."
    ),
}
VERIFIED = 'It "must file a SAR" [sar-filing#due].'
ANSWER = """\
Under [ctr#amount] a bank files; "it must file a SAR soon" [sar-filing#due].

> A bank must file a SAR … 30 calendar days. [sar-filing#due]
> A bank must report
more than $10,000. [ctr#amount] [sar-filing#due]
>
> A bank must
>
> file a SAR no later [sar-filing#due]

- "A bank must report" [ctr#amount]
  and *"nothing else matters"* ([ctr#amount])
- > - A bank must report more. [ctr#amount]

`[ctr#amount]` is code, so is

```
"A bank must report" [ctr#amount]
```

| Quote | Source |
|---|---|
| "must file a SAR" [sar-filing#due] | [ctr#amount] |
| "must file a SAR" | [sar-filing#due] [who#knows] |

> [!NOTE]
> Not a quote, but a reference to it [ctr#amount].

> - [x] A bank must report more [ctr#amount]
- [ ] "must file a SAR" [sar-filing#due]

File[^1] in time.

[^1]: "must file a SAR" [sar-filing#due], https://example.com[ctr#amount]

## "A bank must report more" — [ctr#amount]
"""
#: More brackets in a paragraph than anybody writes: they are shown as they were written.
CROWDED = f"""\
> "must file a SAR" [sar-filing#due]
> {"[" * 301}

"must file a SAR" [sar-filing#due]
{"[]" * 301}
and more [ctr#amount]

- "must file a SAR" [sar-filing#due]
- {"[" * 300}[ctr#amount]
"""


def chips(markdown: str) -> list[LexborNode]:
    return LexborHTMLParser(render_markdown(markdown, PASSAGES)).css("a.citation")


def chip(markdown: str) -> LexborNode:
    (only,) = chips(markdown)
    return only


def test_a_chip_opens_the_passage_in_the_canvas_or_the_note_without_javascript() -> None:
    assert chip(VERIFIED).attributes == {
        "class": "citation",
        "href": "/library/sar-filing/#due",
        "hx-get": "/library/passages/sar-filing/due/",
        "hx-target": "#canvas",
        "hx-swap": "innerHTML",
        "data-state": "verified",
        "title": 'The <b>"deadline"</b>',
    }


def test_a_chip_is_labelled_with_the_number_of_its_passage() -> None:
    assert chip(VERIFIED).text() == "2"
    assert chip("See [ctr#amount]").text() == "1"


def test_a_chip_without_a_quote_is_cited() -> None:
    assert chip("See [ctr#amount]").attributes["data-state"] == "cited"


def test_a_quote_that_is_not_in_the_passage_says_so() -> None:
    unverified = chip('It "must file a CTR" [sar-filing#due].')
    assert unverified.attributes["data-state"] == "unverified"
    assert unverified.text() == "2 unverified"
    assert unverified.css_first(".unverified") is not None
    assert str(unverified.attributes["title"]).endswith("This quote is not in the passage")


def test_a_passage_that_was_not_read_says_so() -> None:
    unknown = chip("See [made-up#id].")
    assert unknown.attributes["data-state"] == "unverified"
    assert unknown.text() == "? unverified"
    assert unknown.attributes["title"] == "This passage was not read"


@pytest.mark.parametrize("answer", [ANSWER, CROWDED])
def test_chips_come_to_the_same_states_as_checking_the_whole_answer(answer: str) -> None:
    checked = check(answer, {passage_id: label.text for passage_id, label in PASSAGES.items()})
    states = [node.attributes["data-state"] for node in chips(answer)]
    assert states == [citation.state for citation in checked]
    assert set(states) == (
        {"verified", "unverified", "cited"} if answer is ANSWER else {"verified"}
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "`[ctr#amount]`",
        "```\n[ctr#amount]\n```",
        "    [ctr#amount]",
        r"\[ctr#amount]",
        "![see [ctr#amount]](https://example.com/a.png)",
    ],
)
def test_a_marker_in_code_or_in_the_text_for_an_image_stays_text(markdown: str) -> None:
    html = LexborHTMLParser(render_markdown(markdown, PASSAGES))
    assert not html.css("a.citation")
    assert "[ctr#amount]" in html.text()


@pytest.mark.parametrize(
    "markdown",
    [
        "[see [ctr#amount] there](https://example.com)",
        "[ctr#amount](https://example.com)",
        "[see [ctr#amount]][ref]\n\n[ref]: https://example.com",
        "**[ctr#amount]**",
        "# [ctr#amount]",
        "[ctr#amount][ctr]\n\n[ctr]: https://example.com",
        "[ctr#amount]: https://example.com",
        "See [ctr#amount]\n\n[ctr#amount]: https://example.com",
    ],
)
def test_a_marker_is_a_chip_whatever_links_stand_around_it(markdown: str) -> None:
    html = LexborHTMLParser(render_markdown(markdown, PASSAGES))
    assert html.css("a.citation")
    assert not html.css("a a")
    assert not html.css('a[href="https://example.com"]:has(.citation)')


def test_a_sentence_after_a_marker_and_a_colon_does_not_vanish() -> None:
    html = LexborHTMLParser(render_markdown("[ctr#amount]: Yes.", PASSAGES))
    assert html.text().strip() == "1: Yes."


@pytest.mark.parametrize("length", range(1, len("[sar-filing#due]")))
def test_a_half_arrived_marker_does_not_flash_as_text(length: int) -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed("File soon " + "[sar-filing#due]"[:length])
    assert LexborHTMLParser(markdown.flush().tail_html).text().strip() == "File soon"


def test_a_half_arrived_marker_is_text_once_the_answer_ends() -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed("File soon [sar-fil")
    markdown.flush()
    assert "[sar-fil" in markdown.finish().appended_html


def test_passages_that_arrive_after_the_text_reset_it() -> None:
    markdown = StreamingMarkdown()
    markdown.feed(f"{VERIFIED}\n\nAnd then\n\nmore\n")
    assert "? unverified" in LexborHTMLParser(markdown.flush().appended_html).text()
    markdown.set_passages(PASSAGES)
    update = markdown.flush()
    assert update.reset_html == render_markdown(f"{VERIFIED}\n\nAnd then\n\n", PASSAGES)
    assert update.appended_html == ""
    assert markdown.flush().reset_html is None


def test_the_same_passages_again_reset_nothing() -> None:
    markdown = StreamingMarkdown(PASSAGES)
    markdown.feed(f"{VERIFIED}\n\nmore\n")
    markdown.flush()
    markdown.set_passages(dict(PASSAGES))
    assert markdown.flush().reset_html is None
