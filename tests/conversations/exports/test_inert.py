"""Exported markdown brings nothing that runs or is fetched, and else says what it said."""

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.exports.inert import inert
from tests.security.xss import joined, payloads

PAYLOADS = payloads()
#: As many viewers do: HTML is let through.
_VIEWER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_HARMLESS = {
    *("html", "head", "body", "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr"),
    *("th", "td", "a"),
}


def shown(markdown: str) -> LexborHTMLParser:
    return LexborHTMLParser(_VIEWER.render(markdown))


def active_parts(markdown: str) -> list[str]:
    found = []
    for node in shown(markdown).css("*"):
        if node.tag not in _HARMLESS:
            found.append(f"<{node.tag}>")
        found += [name for name in node.attributes if name.startswith("on") or name == "src"]
    return found


def test_the_check_finds_what_it_should() -> None:
    for markdown in ("<b onclick=x>", "![x](y)", "a <script>hit(1)</script>", "<!-- x -->\n\n<i>"):
        assert active_parts(markdown), markdown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_active(payload: str) -> None:
    for markdown in (payload, f"> {payload}", f"- a\n- {payload}", f"| a |\n|---|\n| {payload} |"):
        assert active_parts(inert(markdown)) == [], markdown


def test_the_whole_corpus_in_one_text_does_not_either() -> None:
    assert active_parts(inert(joined(PAYLOADS))) == []


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a <b>bold</b> word", "a <b>bold</b> word"),
        ("already \\<b>, and \\\\<b>", "already <b>, and \\<b>"),
        ("`<b>` and ``a ` <b>``", "<b> and a ` <b>"),
        ("one ` tick <b>", "one ` tick <b>"),
        ("```html\n<b>x</b>\n```", "<b>x</b>\n"),
        ("    <b>indented</b>", "<b>indented</b>"),
        ("1 < 2 and a<b", "1 < 2 and a<b"),
        ("a picture: ![of x](https://a.example/x.png)", "a picture: !of x"),
        ("see <https://a.example/>", "see https://a.example/"),
        ("<div>\n\n**strong**\n\n</div>", "<div>\nstrong\n</div>"),
    ],
)
def test_what_one_reads_stays(markdown: str, text: str) -> None:
    body = shown(inert(markdown)).body
    assert body is not None
    assert body.text().strip() == text.strip()


def test_text_without_any_of_it_is_not_touched() -> None:
    markdown = "# A\n\n- 1 < 2\n- [x](https://a.example/) `<b>`\n\n```\n<b>\n```\n\n> quoted\n"
    assert inert(markdown) == markdown


def test_what_the_escaping_should_ever_miss_is_escaped_all_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chat.conversations.exports.inert._escaped", lambda markdown: markdown)
    for payload in PAYLOADS:
        assert active_parts(inert(payload)) == [], payload
