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


def test_a_chip_opens_the_passage_at_the_quote_in_the_canvas_or_as_a_page() -> None:
    at_the_quote = "/library/passages/sar-filing/due/?words=2-5&of=7569c42d"
    assert chip(VERIFIED).attributes == {
        "class": "citation",
        "href": f"{at_the_quote}#quoted",
        "hx-get": at_the_quote,
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
    checked = check(answer, PASSAGES)
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


# --- Markers in other forms ----------------------------------------------------------------------


def labels_and_states(markdown: str) -> list[tuple[str, str | None]]:
    found = LexborHTMLParser(render_markdown(markdown, PASSAGES)).css(".citation")
    return [(" ".join(node.text().split()), node.attributes["data-state"]) for node in found]


@pytest.mark.parametrize("marker", ["[ctr#amount, sar-filing#due]", "[ctr#amount; sar-filing#due]"])
def test_each_id_of_a_marker_gets_a_chip(marker: str) -> None:
    assert labels_and_states(f'"file a SAR no later" {marker}') == [
        ("1", "cited"),
        ("2", "verified"),
    ]
    assert labels_and_states(f'"file a CTR no later" {marker}') == [
        ("1 unverified", "unverified"),
        ("2 unverified", "unverified"),
    ]


@pytest.mark.parametrize(
    "marker",
    [
        "(sar-filing#due)",
        "【sar-filing#due】",
        "[Source: sar-filing#due]",
        "[SAR-filing#Due]",
        "sar-filing#due",
    ],
)
def test_an_odd_marker_is_an_unverified_chip_that_opens_the_passage(marker: str) -> None:
    unverified = chip(f'It "must file a SAR" {marker}.')
    assert unverified.text() == "2 unverified"
    assert "exact form" in str(unverified.attributes["title"])
    assert str(unverified.attributes["href"]).startswith("/library/passages/sar-filing/due/")


def test_the_anchors_of_one_id_are_chips_of_their_own() -> None:
    assert labels_and_states("See [sar-filing#due#soon]") == [
        ("2 unverified", "unverified"),
        ("? unverified", "unverified"),
    ]


def test_a_citation_of_a_law_keeps_its_words_and_is_no_link() -> None:
    html = LexborHTMLParser(render_markdown("Due soon [31 CFR 1020.320(b)].", PASSAGES))
    assert html.text().strip() == "Due soon 31 CFR 1020.320(b) unverified."
    assert not html.css("a")


def test_markers_of_a_table_s_row_answer_for_the_whole_row() -> None:
    table = "| Rule | Days | Source |\n|---|---|---|\n| SAR | 60 days | [sar-filing#due] |"
    assert labels_and_states(table) == [("2 not in the cited passage: 60 days", "cited")]


def test_a_number_that_the_passage_does_not_have_is_named() -> None:
    said = chip("File within 60 calendar days [sar-filing#due].")
    assert said.text() == "2 not in the cited passage: 60 calendar days"
    assert said.css_first(".missing") is not None


def test_a_verified_chip_leads_to_the_words_it_quotes() -> None:
    elided = chip('"A bank must file … 30 calendar days" [sar-filing#due]')
    assert "?words=0-3,9-11&of=" in str(elided.attributes["hx-get"])
    assert str(elided.attributes["href"]).endswith("#quoted")


def test_signs_of_the_renderer_s_own_cannot_be_forged() -> None:
    text = "A [\ue0000] and [\ue0007] stay text, [ctr#amount] does not"
    (only,) = chips(text)
    assert only.text().startswith("1 ")
    assert "\ue000" not in render_markdown(text, PASSAGES)


def test_more_markers_than_anybody_writes_stay_text() -> None:
    html = render_markdown("a ctr#amount " * 400, PASSAGES)
    assert html.count("ctr#amount") == 400
