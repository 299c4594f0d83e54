"""The corpus in what leaves the page: shared links, exported files; and in one's settings."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from chat.accounts.models import ApiToken, BrowserSession
from chat.conversations.models import ShareLink, Turn
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.security.test_xss import PAYLOADS
from tests.security.xss import poisoned

pytestmark = pytest.mark.django_db
_GROUP = 60
#: What no page of ours holds, whoever wrote its texts.
_STRANGE = (
    "script:not([src]), iframe, object, embed, base, frame, svg [onload], img, [style], [srcdoc],"
    "[onerror], [onload], [onclick], [onfocus], [onmouseover], [href^='javascript'], [href^='data']"
)


@pytest.fixture
def poisoned_turns(make_turn: MakeTurn) -> list[Turn]:
    """Every second payload in one conversation, a few dozen in each turn."""
    turns = []
    chosen = PAYLOADS[::2]
    for at in range(0, len(chosen), _GROUP):
        group = [payload.replace("\0", "") for payload in chosen[at : at + _GROUP]]
        answer = poisoned(group)
        turns.append(make_turn("\n".join(group), answer=_without_nul(answer), status="failed"))
    return turns


def _without_nul(answer: Answer) -> Answer:
    return Answer.model_validate_json(answer.model_dump_json().replace("\\u0000", ""))


def strange_in(page: str) -> list[str]:
    return [str(node.html)[:120] for node in LexborHTMLParser(page).css(_STRANGE)]


def test_the_check_finds_what_it_should() -> None:
    for html in ("<img src=x>", "<a href=javascript:hit(1)>x</a>", "<p style=x>", "<script>x"):
        assert strange_in(html), html


def test_a_shared_link_brings_text_only(
    client: Client, poisoned_turns: list[Turn], configure: Callable[..., None]
) -> None:
    configure(sharing=True)
    conversation = poisoned_turns[0].conversation
    _, secret = ShareLink.issue(conversation, last_turn_id=poisoned_turns[-1].pk, days=1)
    answer = client.get(f"/shared/{secret}/")
    assert answer.status_code == 200
    assert strange_in(answer.text) == []
    assert "hit(1)" in answer.text  # the corpus is there, as text
    assert LexborHTMLParser(answer.text).css("script") == []


def test_a_word_file_refers_to_nothing_outside_and_has_no_fields(
    browser: Client, poisoned_turns: list[Turn]
) -> None:
    url = f"/conversations/{poisoned_turns[0].conversation_id}/export/docx"
    with zipfile.ZipFile(io.BytesIO(browser.get(url).content)) as file:
        parts = {name: file.read(name).decode("utf-8", "replace") for name in file.namelist()}
    document = parts["word/document.xml"]
    assert "hit(1)" in document
    for element in ("w:instrText", "w:fldSimple", "w:altChunk", "w:object", "w:hyperlink"):
        assert f"<{element}" not in document
    outside = [name for name, text in parts.items() if 'TargetMode="External"' in text]
    assert outside == []
    assert not [name for name in parts if name.endswith((".bin", ".html", ".htm"))]


def test_a_pdf_has_no_actions(browser: Client, poisoned_turns: list[Turn]) -> None:
    url = f"/conversations/{poisoned_turns[0].conversation_id}/export/pdf"
    file = browser.get(url).content
    assert file.startswith(b"%PDF-")
    outside_streams = re.sub(rb"stream\r?\n.*?endstream", b"", file, flags=re.S)
    assert (
        re.findall(rb"/(?:JavaScript|JS|Launch|URI|SubmitForm|EmbeddedFile)\b", outside_streams)
        == []
    )


def test_exports_are_saved_and_never_shown(browser: Client, make_turn: MakeTurn) -> None:
    turn = make_turn(PAYLOADS[0], answer=_without_nul(poisoned(PAYLOADS[:9])), status="failed")
    for kind in ("markdown", "json", "docx", "pdf"):
        answer = browser.get(f"/conversations/{turn.conversation_id}/export/{kind}")
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "html" not in answer["Content-Type"]


def test_names_of_tokens_and_of_browsers_are_text(browser: Client, analyst: User) -> None:
    browser.get("/settings/")
    for payload in PAYLOADS[::15]:
        text = payload.replace("\0", "")
        ApiToken.objects.all().delete()
        ApiToken.issue(analyst, name=text[:60])
        BrowserSession.objects.update(user_agent=text[:300])
        page = browser.get("/settings/").text
        assert strange_in(page) == [], text
        revoke = browser.get(f"/settings/tokens/{ApiToken.objects.get().pk}/revoke").text
        assert strange_in(revoke) == [], text
        made = browser.post("/settings/tokens/", {"name": text[:60], "days": text}).text
        assert strange_in(made) == [], text
