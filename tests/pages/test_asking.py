"""A question enters through the composer, with scripts and without; nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from chat.conversations.models import Conversation, Turn
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, page_of, text_of, texts_of

pytestmark = pytest.mark.django_db


def ask(browser: Client, *, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    form = {"question": "When is a SAR due?", "analysis_type": "compliance", "idempotency_key": "1"}
    return browser.post("/turns/", {**form, **changes}, headers=headers)


# --- Without scripts -----------------------------------------------------------------------------


def test_the_first_question_makes_a_conversation_and_shows_it(browser: Client) -> None:
    response = ask(browser)
    turn = Turn.objects.get()
    assert response.status_code == 303
    assert response["Location"] == turn.get_absolute_url()
    assert turn.question.text == "When is a SAR due?"
    assert turn.analysis_type == "compliance"


def test_a_further_question_joins_its_conversation(
    browser: Client, conversation: Conversation
) -> None:
    response = ask(browser, conversation=conversation.pk)
    assert response["Location"].startswith(f"/conversations/{conversation.pk}/?turn=")
    assert Conversation.objects.count() == 1


def test_a_conversation_remembers_its_last_kind_of_answer(
    browser: Client, make_turn: MakeTurn, conversation: Conversation
) -> None:
    make_turn()
    url = conversation.get_absolute_url()
    for kind in ("document", "compliance"):
        Turn.objects.update(status="done")
        key = f"as-{kind}"
        ask(browser, conversation=str(conversation.pk), analysis_type=kind, idempotency_key=key)
        assert attribute(page_of(browser.get(url)), ".types [checked]", "value") == kind
    assert attribute(page_of(browser.get("/")), ".types [checked]", "value") == "general"


def test_line_breaks_arrive_as_they_were_typed(browser: Client) -> None:
    ask(browser, question="First line\r\n\r\nThird line")
    assert Turn.objects.get().question.text == "First line\n\nThird line"


def test_a_refused_first_question_comes_back_with_its_text(browser: Client) -> None:
    page = page_of(ask(browser, question="Kept <text>", analysis_type="poetry"), status=422)
    assert "Unknown analysis type" in text_of(page, "#composer-error")
    assert text_of(page, "#question") == "Kept <text>"
    assert Turn.objects.count() == 0


def test_an_empty_question_is_refused_in_words(browser: Client) -> None:
    page = page_of(ask(browser, question="  \n "), status=422)
    assert text_of(page, "#composer-error") == "Write a question first."


def test_a_question_while_an_answer_is_written_comes_back_with_its_text(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn("Running?", status="running")
    page = page_of(ask(browser, conversation=conversation.pk), status=409)
    assert "still being written" in text_of(page, "#composer-error")
    assert text_of(page, "#question") == "When is a SAR due?"
    assert texts_of(page, ".turn h2") == ["Running?"]
    assert attribute(page, "[name=analysis_type][checked]", "value") == "compliance"


def test_another_question_with_a_used_key_comes_back_with_its_text_and_a_new_key(
    browser: Client,
) -> None:
    ask(browser)
    page = page_of(ask(browser, question="When is a CTR due?"), status=409)
    assert "already sent another question" in text_of(page, "#composer-error")
    assert text_of(page, "#question") == "When is a CTR due?"
    key = attribute(page, "#composer-key", "value")
    assert ask(browser, question="When is a CTR due?", idempotency_key=key).status_code == 303
    assert Turn.objects.count() == 2


@pytest.mark.parametrize("conversation_id", ["x", "-1", "٣", "99999"])
def test_a_conversation_that_cannot_be_is_not_found(browser: Client, conversation_id: str) -> None:
    assert ask(browser, conversation=conversation_id).status_code == 404
    assert Turn.objects.count() == 0


def test_asking_needs_a_post(browser: Client) -> None:
    assert browser.get("/turns/").status_code == 405


# --- With htmx -----------------------------------------------------------------------------------


def test_the_first_question_moves_the_page_to_its_conversation(browser: Client) -> None:
    response = ask(browser, headers=HTMX)
    assert response["HX-Redirect"] == f"/conversations/{Turn.objects.get().conversation_id}/"


def test_a_further_question_is_appended_live_with_a_new_key(
    browser: Client, conversation: Conversation
) -> None:
    page = page_of(ask(browser, headers=HTMX, conversation=conversation.pk))
    turn = Turn.objects.get()
    assert page.css("article.turn")[0].id == f"turn-{turn.pk}"
    live = page.css("article.turn > .live")[0]
    assert live.attributes["hx-sse:connect"] == f"/turns/{turn.pk}/stream?after=0"
    partials = {p.attributes["hx-target"]: p for p in page.css("hx-partial")}
    assert partials["#composer-error"].text() == ""
    assert attribute(page, "hx-partial #composer-key", "value") not in ("", "1")
    assert conversation.title in partials["#conversation-list"].text()


def test_the_same_question_sent_twice_replaces_itself_on_the_page(
    browser: Client, conversation: Conversation
) -> None:
    pages = [page_of(ask(browser, headers=HTMX, conversation=conversation.pk)) for _ in range(2)]
    turn = Turn.objects.get()
    for page in pages:
        assert attribute(page, f"hx-partial[hx-target='#turn-{turn.pk}']", "hx-swap") == "delete"


def test_another_question_with_a_used_key_is_refused_in_words_with_a_new_key(
    browser: Client, make_turn: MakeTurn
) -> None:
    edit = f"/turns/{make_turn().pk}/edit/"
    for address, field in (("/turns/", "composer-key"), (edit, f"{edit.split('/')[2]}-edit-key")):
        form = {"analysis_type": "general", "idempotency_key": address}
        browser.post(address, form | {"question": "One"}, headers=HTMX)
        Turn.objects.update(status="done")
        page = page_of(browser.post(address, form | {"question": "Two"}, headers=HTMX), status=409)
        assert "already sent another question" in text_of(page, "body")
        assert page.css(f"hx-partial[hx-target$='{field}'] [id$='{field}']")
        assert attribute(page, "hx-partial [name=idempotency_key]", "value") != address


def test_an_error_is_one_escaped_sentence_for_the_error_line(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn(status="queued")
    response = ask(browser, headers=HTMX, conversation=conversation.pk)
    assert response.status_code == 409
    assert b"<" not in response.content
    assert b"still being written" in response.content


def test_the_composer_puts_errors_into_its_error_line(browser: Client) -> None:
    page = page_of(browser.get("/"))
    for status in (409, 422, 429):
        attribute_value = attribute(page, "#composer", f"hx-status:{status}")
        assert attribute_value == "target:#composer-error swap:innerHTML"
    assert attribute(page, "#composer-error", "role") == "alert"
