"""One answer has one verdict, wherever it is read."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
from django.contrib.auth.models import User
from django.test import Client
from docx import Document
from selectolax.lexbor import LexborHTMLParser

from chat.accounts.models import ApiToken
from chat.conversations.models import ShareLink, Turn
from chat.engine.rendering.turn import TurnRenderer, chunks_of
from chat.kernel.answer import Answer
from chat.kernel.items import CheckedCitation
from tests.pages.conftest import MakeTurn
from tests.support.one_passage import DEADLINE

GOOD = '"A bank must file a SAR" [sar-filing-deadline#due]'
BAD = '"A bank may file a SAR" [sar-filing-deadline#due]'
EVIDENCE = {"passage": DEADLINE.id, "quote": "no later than 30 calendar days"}
INVENTED = {"passage": DEADLINE.id, "quote": "no later than 60 calendar days"}


def finding(explanation: str = "It is late.", *evidence: dict[str, str]) -> dict[str, Any]:
    return {"title": "Late", "explanation": explanation, "citations": list(evidence)}


def memo(content: str) -> dict[str, str]:
    return {"kind": "memo", "title": "Memo", "content": content}


CASES: dict[str, dict[str, Any]] = {
    "1 of 1 quote verbatim.": {"response": GOOD},
    "2 of 2 quotes verbatim.": {
        "analysis": GOOD,
        "response": GOOD,
        "findings": [finding(GOOD, EVIDENCE)],
        "artifacts": [memo(GOOD)],
    },
    "1 of 2 quotes not verbatim.": {"response": GOOD, "findings": [finding("Late.", INVENTED)]},
    "1 of 3 quotes not verbatim.": {
        "reasoning": BAD,
        "response": GOOD,
        "findings": [finding("Late.", EVIDENCE)],
    },
    "1 of 1 quote not verbatim.": {"artifacts": [memo(f"| A |\n|---|\n| {BAD} |")]},
    "1 of 1 quote verbatim. 1 citation could not be verified.": {
        "response": f"{GOOD}. See also (sar-filing-deadline#due)."
    },
    "1 of 1 quote verbatim. Not in the cited passage: 60 days.": {
        "response": f"{GOOD}. File within 60 days [sar-filing-deadline#due]."
    },
    "This answer cites no passage.": {"response": "File it soon."},
}


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> tuple[str, Answer]:
    return request.param, Answer(passages=[DEADLINE], outcome="done", **CASES[request.param])


@pytest.fixture
def staff_member(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def streamed(turn: Turn) -> str:
    """What a reader has who followed from the first chunk on."""
    renderer = TurnRenderer(turn.pk)
    for chunk in chunks_of(turn.answer):
        renderer.feed(chunk)
        renderer.frame()
    return LexborHTMLParser(renderer.full()["citations"]).text().strip()


def verdicts_of_pages(turn: Turn, owner: Client, staff_member: Client) -> Iterator[str]:
    _, secret = ShareLink.issue(turn.conversation, last_turn_id=turn.pk, days=1)
    transcript = f"/admin/conversations/conversation/{turn.conversation_id}/change/"
    for html, selector in (
        (owner.get(turn.conversation.get_absolute_url()), ".turn .checked"),
        (staff_member.get(transcript), ".turn .verdict"),
        (Client().get(f"/shared/{secret}/"), ".verdict"),
    ):
        (line,) = LexborHTMLParser(html.content.decode()).css(selector)
        yield line.text().strip()


def exported(turn: Turn, owner: Client, name: str) -> bytes:
    return owner.get(f"{turn.conversation.get_absolute_url()}export/{name}").content


def verdicts_of_files(turn: Turn, owner: Client) -> Iterator[str]:
    yield json.loads(exported(turn, owner, "json"))["turns"][0]["verdict"]["sentence"]
    yield exported(turn, owner, "markdown").decode()
    document = Document(io.BytesIO(exported(turn, owner, "docx")))
    yield "\n".join(paragraph.text for paragraph in document.paragraphs)
    with pypdfium2.PdfDocument(exported(turn, owner, "pdf")) as pages:
        yield " ".join(page.get_textpage().get_text_range() for page in pages)


def test_page_transcript_share_exports_and_api_say_the_same(
    case: tuple[str, Answer],
    analyst: User,
    browser: Client,
    staff_member: Client,
    make_turn: MakeTurn,
    configure: Callable[..., None],
) -> None:
    configure(sharing=True)
    sentence, answer = case
    turn = make_turn(answer=answer)
    assert streamed(turn) == sentence
    assert list(verdicts_of_pages(turn, browser, staff_member)) == [sentence] * 3
    for text in verdicts_of_files(turn, browser):
        assert sentence in " ".join(text.split())
    _, token = ApiToken.issue(analyst)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    said = program.get(f"/api/turns/{turn.pk}").json()
    assert said["verdict"]["sentence"] == sentence
    stated = {CheckedCitation.model_validate(each).state for each in said["answer"]["citations"]}
    assert ("unverified" in stated) == ("not verbatim" in sentence or "not be" in sentence)


def test_a_running_answer_has_no_verdict_yet(analyst: User, make_turn: MakeTurn) -> None:
    turn = make_turn(answer=Answer(passages=[DEADLINE], response=BAD), status="running")
    assert streamed(turn) == ""
    _, token = ApiToken.issue(analyst)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get(f"/api/turns/{turn.pk}").json()["verdict"] is None


def test_a_shared_page_shows_the_states_of_the_owner_s_page(
    browser: Client, make_turn: MakeTurn, configure: Callable[..., None]
) -> None:
    """``- a ` b`` and a later backtick are no code, which a reader of the source cannot tell."""
    configure(sharing=True)
    text = f"- a ` b\n- {GOOD} ` c\n\n{GOOD} and {BAD}, (sar-filing-deadline#due)"
    turn = make_turn(
        answer=Answer(
            passages=[DEADLINE],
            response=text,
            findings=[finding(GOOD, EVIDENCE, INVENTED)],
            outcome="done",
        )
    )
    _, secret = ShareLink.issue(turn.conversation, last_turn_id=turn.pk, days=1)
    own, shared = (
        LexborHTMLParser(client.get(url).content.decode())
        for client, url in (
            (browser, turn.conversation.get_absolute_url()),
            (Client(), f"/shared/{secret}/"),
        )
    )
    states = [
        sorted(str(chip.attributes["data-state"]) for chip in page.css(".citation"))
        for page in (own, shared)
    ]
    assert states[0] == states[1]
    assert states[0].count("verified") == 4
    assert not shared.css("a.citation")
