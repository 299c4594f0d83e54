"""GitHub's markdown: task lists, alerts, bare addresses and footnotes.

The examples of addresses and task lists are those of GitHub's specification (0.29, 5.3 and 6.9).
"""

import pytest
from django.utils.translation import override
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.exports.blocks import blocks_of
from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from tests.engine.rendering.markdown_corpus import PASSAGES


def html_of(markdown: str) -> LexborHTMLParser:
    return LexborHTMLParser(render_markdown(markdown, PASSAGES))


def links_of(markdown: str) -> list[tuple[str, str | None]]:
    return [(link.text(), link.attributes["href"]) for link in html_of(markdown).css("a")]


ADDRESSES = [
    ("www.commonmark.org", ["http://www.commonmark.org"]),
    ("Visit www.commonmark.org/help for more", ["http://www.commonmark.org/help"]),
    ("Visit www.commonmark.org.", ["http://www.commonmark.org"]),
    ("Visit www.commonmark.org/a.b.", ["http://www.commonmark.org/a.b"]),
    (
        "www.google.com/search?q=Markup+(business)",
        ["http://www.google.com/search?q=Markup+(business)"],
    ),
    (
        "www.google.com/search?q=Markup+(business)))",
        ["http://www.google.com/search?q=Markup+(business)"],
    ),
    (
        "(www.google.com/search?q=Markup+(business))",
        ["http://www.google.com/search?q=Markup+(business)"],
    ),
    (
        "(www.google.com/search?q=Markup+(business)",
        ["http://www.google.com/search?q=Markup+(business)"],
    ),
    ("www.google.com/search?q=(business))+ok", ["http://www.google.com/search?q=(business))+ok"]),
    (
        "www.google.com/search?q=commonmark&hl=en",
        ["http://www.google.com/search?q=commonmark&hl=en"],
    ),
    ("www.google.com/search?q=commonmark&hl;", ["http://www.google.com/search?q=commonmark"]),
    ("www.commonmark.org/he<lp", ["http://www.commonmark.org/he"]),
    ("http://commonmark.org", ["http://commonmark.org"]),
    (
        "(Visit https://encrypted.google.com/search?q=Markup+(business))",
        ["https://encrypted.google.com/search?q=Markup+(business)"],
    ),
    ("foo@bar.baz", ["mailto:foo@bar.baz"]),
    (
        "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
        ["mailto:hello+xyz@mail.example"],
    ),
    ("a.b-c_d@a.b", ["mailto:a.b-c_d@a.b"]),
    ("a.b-c_d@a.b.", ["mailto:a.b-c_d@a.b"]),
    ("a.b-c_d@a.b-", []),
    ("a.b-c_d@a.b_", []),
    ("mailto:foo@bar.baz", ["mailto:foo@bar.baz"]),
    ("xmpp:foo bar", []),
    ("javascript://a.b ftp://a.b file://a.b", []),
    ('see http://a"b.example/x and www.a%b.example', []),  # no browser opens these
]


@pytest.mark.parametrize(("markdown", "targets"), ADDRESSES)
def test_a_bare_address_is_a_link_as_on_github(markdown: str, targets: list[str]) -> None:
    assert [target for _, target in links_of(markdown)] == targets
    assert html_of(markdown).text().strip() == markdown


def test_an_address_ends_where_a_citation_begins() -> None:
    html = html_of("https://example.com[sar#due]")
    assert [link.attributes["href"] for link in html.css("a:not(.citation)")] == [
        "https://example.com"
    ]
    assert html.css("a.citation")


def test_more_addresses_than_anybody_writes_in_a_paragraph_are_text() -> None:
    assert len(links_of("https://a.example " * 300)) == 300
    assert links_of("https://a.example " * 301) == []


def test_code_and_links_hold_no_further_links() -> None:
    assert links_of("`https://a.b` [see www.a.b](https://c.d)") == [("see www.a.b", "https://c.d")]


@pytest.mark.parametrize(
    "markdown",
    [
        "[\u202egov.bank](https://evil.example)",
        "[\u2067gov`\u202e`.bank](https://evil.example)",
        "https://evil.example/%E2%80%AEgov",
        "![\u202egov](https://evil.example)",
    ],
)
def test_no_sign_turns_the_text_of_a_link(markdown: str) -> None:
    (link,) = html_of(markdown).css("a")
    assert not {"\u202e", "\u2067"} & set(link.text())


def test_task_lists_show_their_boxes_nested_and_loose() -> None:
    html = html_of("- [x] foo\n  - [ ] bar\n  - [X] baz\n- [ ] bim\n- plain [ ] text\n")
    texts = [" ".join(item.text(deep=True).split()) for item in html.css("li.task")]
    assert texts == ["☑ foo ☐ bar ☑ baz", "☐ bar", "☑ baz", "☐ bim"]
    assert len(html.css("li")) == 5
    assert len(html_of("- [ ] a\n\n- [x] b\n").css("li.task > p")) == 2


@pytest.mark.parametrize(
    "markdown", ["[ ] a", "- [ ]", "- [y] a", "- [x]a", "- `[ ] a`", "-     [ ] a"]
)
def test_other_brackets_are_no_boxes(markdown: str) -> None:
    assert not html_of(markdown).css("li.task")


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_an_alert_has_its_title_and_may_hold_blocks(kind: str) -> None:
    html = html_of(f"> [!{kind.upper()}]\n> File *now*.\n>\n> - a\n\nAfter.")
    (alert,) = html.css(f"div.markdown-alert-{kind}")
    assert [node.text() for node in alert.css("p, em, li")] == [
        kind.capitalize(),
        "File now.",
        "now",
        "a",
    ]


def test_an_alert_has_its_title_in_the_readers_language() -> None:
    with override("de"):
        assert html_of("> [!WARNING]\n> a").css("p")[0].text() == "Warnung"


@pytest.mark.parametrize(
    "markdown", ["> [!NOTE] a", "> [!OTHER]\n> a", "[!NOTE]\na", "> a\n> [!NOTE]"]
)
def test_other_quotes_are_no_alerts(markdown: str) -> None:
    assert not html_of(markdown).css(".markdown-alert")


def test_an_alert_is_a_quote_with_a_title_in_exports() -> None:
    blocks = blocks_of("> [!NOTE]\n> File *now*.\n\nAfter.")
    assert [("".join(span.text for span in block.spans), block.quotes) for block in blocks] == [
        ("Note", 1),
        ("File now.", 1),
        ("After.", 0),
    ]


def test_a_note_keeps_its_text_and_its_address() -> None:
    html = html_of(
        "File[^1] in time.\n\n[^1]: https://example.com, read today\n    and again\n\n[^x]: unused"
    )
    assert [node.text() for node in html.css("p > .footnote-mark")] == ["1"]
    notes = [" ".join(node.text(deep=True).split()) for node in html.css(".footnote")]
    assert notes == ["1 https://example.com, read today and again", "x unused"]
    assert html.css(".footnote a")[0].attributes["href"] == "https://example.com"


def test_what_refers_to_no_note_stays_as_it_was_written() -> None:
    assert html_of("a[^1] b\n\n[^2]: c").css("p")[0].text() == "a[^1] b"


def test_a_mark_leads_to_its_note_in_an_answer_whose_notes_arrive_late() -> None:
    markdown = StreamingMarkdown(heading_prefix="turn-7-response-h")
    markdown.feed("One[^a] and two[^b].\n\nMore.\n\n")
    assert "<sup" not in markdown.flush().appended_html
    markdown.feed("[^b]: second\n\n[^a]: first\n\nEnd.\n")
    markdown.finish()
    html = LexborHTMLParser(markdown.final_html)
    targets = [str(link.attributes["href"]) for link in html.css("sup a")]
    assert [html.css(target)[0].css("p")[0].text() for target in targets] == ["first", "second"]


@pytest.mark.parametrize("half", ["[^", "[^1", "> [!NO", "> [!"])
def test_half_a_marker_does_not_flash(half: str) -> None:
    markdown = StreamingMarkdown()
    markdown.feed(f"A bank must file.\n\n{half}")
    assert "[" not in markdown.flush().tail_html
