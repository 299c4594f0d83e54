"""Conversations and turns as transcripts."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat.conversations.models import Conversation, StreamStats, Turn
from chat.kernel.answer import Answer
from chat.kernel.answer_errors import ProviderAuthError
from tests.admin.conftest import MakeTurn, parsed, text_of


def conversation_url(conversation: Conversation) -> str:
    return f"/admin/conversations/conversation/{conversation.pk}/change/"


def test_a_conversation_shows_everything_that_was_said(
    admin_client: Client, make_turn: MakeTurn
) -> None:
    turn = make_turn("How long do we have?")
    text = text_of(admin_client.get(conversation_url(turn.conversation)))
    for said in (
        "How long do we have?",
        "The question asks for a deadline.",
        "One rule applies",
        "Late filing",
        "Checklist: Steps",
        "Filing deadline for a SAR: Thirty days from detection",
        "1 of 2 quotes not verbatim.",
        "no later than 31 calendar days",
        "unverified",
        "openai/m",
        "100 ms",
    ):
        assert said in text


def test_answers_are_rendered_and_let_no_html_through(
    admin_client: Client, make_turn: MakeTurn
) -> None:
    turn = make_turn("<script>alert(1)</script>")
    page = parsed(admin_client.get(conversation_url(turn.conversation)))
    assert page.css(".text strong")[0].text() == "deadline"
    assert page.css_first(".text a.citation") is not None
    assert not page.css(".transcript b, .transcript script")
    assert "<script>alert(1)</script>" in page.css(".question")[0].text()


def test_a_failure_shows_its_sentence_and_code(admin_client: Client, make_turn: MakeTurn) -> None:
    error = ProviderAuthError().as_stream_error()
    turn = make_turn(status="failed", answer=Answer(error=error))
    text = text_of(admin_client.get(conversation_url(turn.conversation)))
    assert f"{error.message} (provider_auth)" in text


def test_a_turn_without_statistics_says_why(admin_client: Client, make_turn: MakeTurn) -> None:
    turn = make_turn()
    StreamStats.objects.all().delete()
    text = text_of(admin_client.get(conversation_url(turn.conversation)))
    assert "Oliver did not write this answer" in text


def test_a_running_turn_can_be_looked_at(admin_client: Client, make_turn: MakeTurn) -> None:
    turn = make_turn(status="running", answer=Answer(response="So far"))
    assert "So far" in text_of(admin_client.get(f"/admin/conversations/turn/{turn.pk}/change/"))


def test_a_turns_page_shows_that_turn_only(admin_client: Client, make_turn: MakeTurn) -> None:
    make_turn("First question?")
    second = make_turn("Second question?")
    text = text_of(admin_client.get(f"/admin/conversations/turn/{second.pk}/change/"))
    assert "Second question?" in text
    assert "First question?" not in text


@pytest.mark.parametrize("object_id", ["999", "x", "1_5F2", str(2**70)])
@pytest.mark.parametrize("model", ["conversation", "turn"])
def test_what_is_not_there_is_no_failure(admin_client: Client, model: str, object_id: str) -> None:
    response = admin_client.get(f"/admin/conversations/{model}/{object_id}/change/")
    assert response.status_code == 302


def test_long_conversations_come_in_pages(admin_client: Client, make_turn: MakeTurn) -> None:
    turns = [make_turn(f"Question number {n}?") for n in range(30)]
    url = conversation_url(turns[0].conversation)
    first = text_of(admin_client.get(url))
    assert "Page 1 of 2" in first
    assert "number 0?" in first
    assert "number 25?" not in first
    assert "number 29?" in text_of(admin_client.get(f"{url}?page=2"))
    assert "Page 1 of 2" in text_of(admin_client.get(f"{url}?page=nonsense"))


@pytest.mark.parametrize(
    "path", ["/admin/conversations/turn/", "/admin/conversations/streamstats/", "detail"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    admin_client: Client, make_turn: MakeTurn, path: str
) -> None:
    def queries() -> int:
        url = conversation_url(turn.conversation) if path == "detail" else path
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(url).status_code == 200
        return len(captured)

    turn = make_turn()
    queries()  # the first page of a process looks up the kind of what it shows, and keeps it
    few = queries()
    for _ in range(15):
        make_turn()
    assert queries() == few


def test_the_list_of_conversations_asks_once_for_all(
    admin_client: Client, make_turn: MakeTurn, analyst: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get("/admin/conversations/conversation/").status_code == 200
        return len(captured)

    make_turn()
    few = queries()
    for n in range(15):
        make_turn(conversation=Conversation.objects.create(owner=analyst, title=f"Talk {n}"))
    assert queries() == few


def test_conversations_are_found_by_words_user_and_counted(
    admin_client: Client, make_turn: MakeTurn
) -> None:
    make_turn("About wires?")
    make_turn("More about wires?")
    for words in ("wires", "analyst", "Deadlines"):
        page = parsed(admin_client.get(f"/admin/conversations/conversation/?q={words}"))
        rows = page.css("#result_list tbody tr")
        assert len(rows) == 1
        assert rows[0].css(".field-turns")[0].text() == "2"
    nothing = parsed(admin_client.get("/admin/conversations/conversation/?q=nothing"))
    assert not nothing.css("#result_list tbody tr")


def test_no_page_has_inline_code_or_style(admin_client: Client, make_turn: MakeTurn) -> None:
    """The strict CSP would refuse them. A browser looks at these pages in tests/browser."""
    turn = make_turn()
    pages = ["", *(f"chat/{model}/" for model in ("conversation", "turn", "streamstats"))]
    pages += [f"chat/{model}/{turn.pk}/change/" for model in ("turn", "streamstats")]
    pages += [f"conversations/conversation/{turn.conversation_id}/change/", "accounts/apitoken/"]
    for page in pages:
        html = admin_client.get(f"/admin/{page}").content.decode()
        assert not re.search(
            r"<script(?![^>]*(?:src=|application/json))|<style| style=| on\w+=", html
        )


def test_branches_stand_below_each_other_with_their_places(
    admin_client: Client, make_turn: MakeTurn
) -> None:
    first = make_turn("First?")
    second = make_turn("Second?")
    for turn, text in ((first, None), (second, "Other?")):
        conversation = turn.conversation
        message = turn.question if text is None else conversation.messages.create(text=text)
        Turn.objects.create(
            conversation=conversation,
            parent=turn.parent,
            question=message,
            status="done",
            idempotency_key=f"other {turn.pk}",
        )
    page = parsed(admin_client.get(conversation_url(first.conversation)))
    places = [" ".join(place.text().split()) for place in page.css(".place")]
    off = "not on the branch shown last"
    assert places == [
        "Starts the conversation · answer 1 of 2 to this question",
        f"Follows turn {first.pk} · question 1 of 2 in this place · {off}",
        f"Starts the conversation · answer 2 of 2 to this question · {off}",
        f"Follows turn {first.pk} · question 2 of 2 in this place",
    ]
