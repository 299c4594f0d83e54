"""The HTML of markdown fits the page, and nothing of a model's making runs or loads in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from chat.engine.rendering.markdown import render_markdown
from tests.engine.rendering.markdown_corpus import EVERYTHING, PASSAGES


def html_of(markdown: str) -> LexborHTMLParser:
    return LexborHTMLParser(render_markdown(markdown, PASSAGES))


def test_headings_leave_the_first_two_levels_to_the_page() -> None:
    body = html_of("# a\n## b\n### c\n#### d\n##### e\n\nf\n===").body
    assert body is not None
    assert [node.tag for node in body.iter()] == ["h3", "h4", "h5", "h6", "h6", "h3"]


def test_table_cells_are_aligned_by_class() -> None:
    html = html_of("|a|b|c|d|\n|:-|-:|:-:|-|\n|1|2|3|4|")
    classes = [cell.attributes.get("class") for cell in html.css("td")]
    assert classes == ["align-left", "align-right", "align-center", None]
    assert not html.css("[style]")


@pytest.mark.parametrize(
    ("info", "language"),
    [("py", "py"), ("c++ x", "c++"), ("a<b>&", "ab"), ('x"onload="y', "xonloady"), ("é", None)],
)
def test_a_fence_says_its_language_in_safe_characters(info: str, language: str | None) -> None:
    (code,) = html_of(f"~~~{info}\nx < y\n~~~").css("pre > code")
    assert code.attributes.get("class") == (language and f"language-{language}")
    assert code.text() == "x < y\n"


def test_code_of_a_known_language_is_in_colours_and_says_which() -> None:
    html = html_of("```py\ndef due(): return '<b>'\n```")
    assert [node.text() for node in html.css("figcaption")] == ["Python"]
    assert [node.text() for node in html.css(".code-keyword")] == ["def ", "return "]
    (code,) = html.css("pre > code")
    assert code.text() == "def due(): return '<b>'\n"


def test_code_of_an_unknown_language_is_plain() -> None:
    html = html_of("```klingon\ndef due(): return 1\n```")
    assert [node.text() for node in html.css("figcaption")] == ["klingon"]
    assert not html.css("span")


def test_a_wide_table_stands_in_a_box_that_scrolls() -> None:
    (table,) = html_of("|a|b|\n|-|-|\n|1|2|").css("div.wide > table")
    assert table.css("td")


@pytest.mark.parametrize(
    "markdown",
    [
        "[a](https://example.com)",
        "[a](HTTP://example.com 'title')",
        "<mailto:a@example.com>",
        "<https://example.com>",
        "[a]\n\n[a]: https://example.com",
    ],
)
def test_links_open_apart_and_give_nothing_away(markdown: str) -> None:
    (link,) = html_of(markdown).css("a")
    assert link.attributes["rel"] == "noopener noreferrer nofollow"
    assert link.attributes["target"] == "_blank"


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "<java\tscript:alert(1)>",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.com",
        "/admin/",
        "admin",
        "#top",
        "https:example.com",
        "https://",
        "ftp://example.com",
    ],
)
def test_other_targets_are_no_links(target: str) -> None:
    for markdown in (f"[a]({target})", f"![a]({target})", f"[a]\n\n[a]: {target}", f"<{target}>"):
        assert not html_of(markdown).css("a, img")


def test_images_become_links_so_that_no_browser_calls_out() -> None:
    html = html_of("![A *chart* of](https://example.com/x.png) ![](https://example.com/y.png)")
    assert not html.css("img")
    assert [node.text() for node in html.css("a")] == ["A chart of", "https://example.com/y.png"]


def test_an_image_in_a_link_becomes_the_text_of_the_link() -> None:
    html = html_of("[![chart](https://example.com/x.png)](https://example.com)")
    (link,) = html.css("a")
    assert link.text() == "chart"
    assert link.attributes["href"] == "https://example.com"


NASTY_HTML = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<div hx-get='/admin/'>x</div>",
    "a <b onclick='x'>b</b>",
    "<!-- x --><svg/onload=x>",
    "`<script>`",
    "```<script>\n<script>\n```",
    "    <script>",
    "[<script>](https://example.com/<script>)",
    '[a](https://example.com "<script>")',
    "[a](https://example.com/\"onclick='x')",
    '![<script>"](https://example.com/<script>")',
    "&lt;script&gt;",
    "|<script>|\n|-|\n|<script>|",
    '[made-up#id"]<script>',
]


@pytest.mark.parametrize("markdown", NASTY_HTML)
def test_no_html_of_a_model_reaches_the_page(markdown: str) -> None:
    assert_safe(render_markdown(markdown, PASSAGES))


@settings(max_examples=150)
@given(document=st.lists(st.sampled_from(EVERYTHING + NASTY_HTML), max_size=10).map("".join))
def test_no_html_passes_however_it_is_put_together(document: str) -> None:
    assert_safe(render_markdown(document, PASSAGES))


TAGS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"}
TAGS |= {
    "figure",
    "figcaption",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "em",
    "strong",
    "s",
    "span",
    "sup",
}
ATTRIBUTES = {"href", "title", "rel", "target", "class", "start"}
CHIP_ATTRIBUTES = {"hx-get", "hx-target", "hx-swap", "data-state"}


def assert_safe(html: str) -> None:
    body = LexborHTMLParser(html).body
    assert body is not None
    for node in body.css("*"):
        if node.tag == "body":
            continue
        is_chip = node.attributes.get("class") == "citation"
        assert node.tag in TAGS
        assert set(node.attributes) <= ATTRIBUTES | (CHIP_ATTRIBUTES if is_chip else set())
        href = node.attributes.get("href") or "https://"
        assert href.startswith("/library/" if is_chip else ("http", "mailto:"))
