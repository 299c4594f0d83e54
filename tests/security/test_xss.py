"""Each payload by itself, through each renderer: what comes out is made of known parts only.

Chromium's verdict is in tests/browser/test_xss.py; this says which payload and which renderer.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

from chat.conversations.models import Conversation
from chat.engine.rendering import captions, cards, sse
from chat.engine.rendering.citation_chips import PassageLabel
from chat.engine.rendering.markdown import StreamingMarkdown, render_markdown
from chat.engine.rendering.status_wording import Wording
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamError
from chat.kernel.items import Artifact, Step
from chat.kernel.outcomes import Outcome
from tests.pages.conftest import MakeTurn
from tests.security.xss import KINDS, joined, payloads, poisoned

PAYLOADS = payloads()
LABELS = {"sar#due": PassageLabel(number=1, title="Due", text="Thirty days.")}

_TEXT_TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "em",
        "strong",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "span",
        "sup",
        "q",
        "div",
        "figure",
        "figcaption",
    ]
)
#: Attributes that the renderers write, and what may stand in them.
_ATTRIBUTES = {
    (
        "a",
        "href",
    ): r"(?i:https?://|mailto:)[^\s\"<>]+|/library/[^\s\"<>]*|/turns/\d+/artifacts/\d+/",
    ("a", "rel"): "noopener noreferrer nofollow",
    ("a", "target"): "_blank",
    ("a", "title"): r".*",
    ("a", "class"): "citation",
    ("a", "data-state"): "verified|unverified|cited",
    (
        "a",
        "hx-get",
    ): r"/library/passages/[a-z0-9-]+/[a-z0-9-]+/(\?words=[0-9,-]+&of=[0-9a-f]{8})?"
    r"|/turns/\d+/artifacts/\d+/",
    ("a", "hx-target"): "#canvas",
    ("a", "hx-swap"): "innerHTML",
    ("code", "class"): r"language-[A-Za-z0-9_+-]+",
    ("ol", "start"): r"\d+",
    ("th", "class"): "align-(left|center|right)",
    ("td", "class"): "align-(left|center|right)",
    ("li", "class"): "finding|artifact|task",
    ("li", "data-severity"): "high|medium|low|info",
    ("p", "class"): "severity|evidence|missing|markdown-alert-title",
    ("div", "class"): "markdown|wide|footnote|as-written|markdown-alert markdown-alert-[a-z]+",
    ("sup", "class"): "footnote-mark",
    ("figure", "class"): "code",
    (
        "span",
        "class",
    ): r"code-[a-z]+|unverified|visually-hidden|number|name|size|kind|time|citation"
    r"|missing|own-words",
    ("span", "data-state"): "verified|unverified|cited|uncited",
    ("span", "data-outcome"): "|".join(Outcome.values),
    ("span", "data-kind"): "complete|partial|failed",
    ("span", "data-announcement"): "|".join(str(outcome.announcement) for outcome in Outcome),
    ("span", "title"): "This passage was not read",
}


def strange_parts(html: str) -> Iterator[str]:
    """Elements and attributes that no renderer of ours writes."""
    root = LexborHTMLParser(f"<div id=root>{html}</div>").css_first("#root")
    assert root is not None
    for node in root.css("*"):
        if node != root:
            yield from _strange(node)


def _strange(node: LexborNode) -> Iterator[str]:
    tag = node.tag or "?"
    if tag not in _TEXT_TAGS:
        yield f"<{tag}>"
    for name, value in node.attributes.items():
        if (name, value) in (("dir", "auto"), ("lang", "en")):
            continue
        allowed = _ATTRIBUTES.get((tag, name))
        if allowed is None or not re.fullmatch(allowed, value or "", re.S):
            yield f"<{tag} {name}={value!r}>"


def test_the_corpus_is_large_and_has_no_doubles() -> None:
    assert len(PAYLOADS) >= 300
    assert len(set(PAYLOADS)) == len(PAYLOADS)


def test_the_check_finds_what_it_should() -> None:
    for html in (
        "<script>hit(1)</script>",
        "<p onclick=hit(1)>x</p>",
        "<p id=canvas>x</p>",
        "<p class=composer>x</p>",
        "<a href='javascript:hit(1)'>x</a>",
        "<a href='//evil.example/'>x</a>",
        "<a class=citation hx-get=http://evil.example/>x</a>",
        "<p hx-trigger=load>x</p>",
        "<img src=x>",
    ):
        assert list(strange_parts(html)), html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_a_model_becomes_known_parts_only(payload: str) -> None:
    assert list(strange_parts(render_markdown(payload, LABELS))) == []


def test_the_same_while_it_streams_cut_anywhere() -> None:
    for payload in PAYLOADS:
        markdown = StreamingMarkdown(LABELS)
        for character in payload:
            markdown.feed(character)
            markdown.flush()
            html = markdown.final_html + markdown.tail_html
            assert list(strange_parts(html)) == [], payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_cards_and_lines_are_made_of_known_parts_only(payload: str) -> None:
    answer = poisoned([payload])
    ended = [Answer(outcome="failed", error=StreamError(code="x", message=payload))]
    html = [
        cards.step_item(payload, 1),
        cards.passage_item(answer.passages[0], 1),
        cards.finding_card(answer.findings[0], LABELS),
        cards.artifact_card(answer.artifacts[0], turn_id=1, position=1),
        *(
            cards.artifact_body(Artifact.read({"kind": kind, "content": payload}), {})
            for kind in KINDS
        ),
        captions.status_line(Answer(steps=[Step(text=payload, at_ms=1)]), Wording()),
        captions.status_line(Answer(steps=[Step(text="", stage="search")]), _written(payload)),
        captions.status_line(Answer(steps=[_asked(payload)]), Wording()),
        *(captions.status_line(each, Wording()) for each in ended),
    ]
    for part in html:
        assert list(strange_parts(part)) == [], part


def _written(payload: str) -> Wording:
    """What staff wrote for a stage."""
    return Wording(texts={("search", "", ""): payload})


def _asked(payload: str) -> Step:
    """The model's name stands in the sentence."""
    return Step(text="", stage="model", facts={"model": payload})


def test_a_message_of_a_stream_cannot_be_broken_out_of() -> None:
    for payload in PAYLOADS:
        message = sse.encode(data=payload, seq=7).decode()
        head, *lines, last, end = re.split(r"\r\n|\r|\n", message)
        assert head == "id: 7"
        assert (last, end) == ("", "")
        assert all(line.startswith("data: ") for line in lines), payload


@pytest.mark.django_db
def test_downloads_are_files_and_their_names_are_harmless(
    browser: Client, make_turn: MakeTurn
) -> None:
    every_third = PAYLOADS[::3]
    turn = make_turn(answer=Answer(artifacts=poisoned(every_third).artifacts, outcome="done"))
    for position in range(1, len(every_third) + 1):
        for query in ("", "?as=csv"):
            answer = browser.get(f"/turns/{turn.pk}/artifacts/{position}/download{query}")
            assert answer["Content-Disposition"].startswith("attachment; filename")
            assert re.fullmatch(r'[\w\-. ;=%"*\']+', answer["Content-Disposition"])
            assert answer["Content-Type"].split(";")[0] in (
                "text/plain",
                "text/markdown",
                "text/csv",
            )
            assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_titles_of_conversations_bring_no_elements(browser: Client, analyst: User) -> None:
    plain = {node.tag for node in LexborHTMLParser(browser.get("/").text).css("*")}
    ours = re.compile(r"(data-hit|onclick|onerror|onload|onfocus|srcdoc|style|hx-on.*)")
    for at in range(0, len(PAYLOADS), 40):
        Conversation.objects.all().delete()
        for payload in PAYLOADS[at : at + 40]:
            Conversation.objects.create(owner=analyst, title=payload.replace("\0", "")[:200])
        page = LexborHTMLParser(browser.get("/").text)
        assert {node.tag for node in page.css("*")} <= plain | {"ul", "li", "a", "h2", "section"}
        for node in page.css("*"):
            assert not any(ours.fullmatch(name) for name in node.attributes), node.html


@pytest.mark.django_db
def test_words_looked_for_are_shown_as_words(browser: Client) -> None:
    for url in ("/library/?q=", "/conversations/?find=", "/?question="):
        path, _, name = url.partition("?")
        for at in range(0, len(PAYLOADS), 9):
            asked = {name.rstrip("="): joined(PAYLOADS[at : at + 1])[:150]}
            page = LexborHTMLParser(browser.get(path, asked).text)
            scripts = page.css("script:not([src])")
            assert [node.html for node in scripts] == [], asked
            for node in page.css("[onerror], [onload], [onclick], [onfocus], iframe, [srcdoc]"):
                raise AssertionError(f"{asked}: {node.html}")
