"""Who may see what: users their own, strangers nothing, everybody else the login."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.models import Conversation, Turn
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, page_of

PAGES = ["/", "/conversations/", "/library/", "/library/x/", "/library/passages/x/y/"]
ARTIFACT = {"kind": "memo", "title": "A memo", "content": "Text"}


@pytest.fixture
def turn(make_turn: MakeTurn) -> Turn:
    return make_turn(answer=Answer(response="Secret", artifacts=[ARTIFACT], outcome="done"))


def private_urls(turn: Turn) -> dict[str, list[str]]:
    conversation, turn_url = f"/conversations/{turn.conversation_id}/", f"/turns/{turn.pk}/"
    return {
        "get": [
            conversation,
            f"{conversation}delete/",
            f"{turn_url}stream",
            f"{turn_url}artifacts/1/",
            f"{turn_url}artifacts/1/download",
        ],
        "post": [f"{conversation}delete/", f"{turn_url}stop", f"{turn_url}retry"],
    }


@pytest.mark.parametrize("url", PAGES)
def test_pages_send_the_anonymous_to_the_login_and_back(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={url}"


def test_private_pages_are_stored_nowhere(browser: Client, turn: Turn) -> None:
    for url in ["/", "/conversations/", "/library/", "/settings/", *private_urls(turn)["get"]]:
        assert browser.get(url)["Cache-Control"] == "private, no-store", url


def test_private_urls_send_the_anonymous_to_the_login(client: Client, turn: Turn) -> None:
    for method, urls in private_urls(turn).items():
        for url in urls:
            response = getattr(client, method)(url)
            assert response.status_code == 302, url
            assert response["Location"].startswith("/accounts/login/"), url


def test_private_urls_do_not_exist_for_a_stranger(stranger: User, turn: Turn) -> None:
    client = Client()
    client.force_login(stranger)
    for method, urls in private_urls(turn).items():
        for url in urls:
            response = getattr(client, method)(url)
            assert response.status_code == 404, url
            assert b"Secret" not in response.content
    turn.refresh_from_db()
    assert turn.stop_requested_at is None
    assert Turn.objects.count() == 1


def test_nobody_asks_in_a_strangers_conversation(stranger: User, turn: Turn) -> None:
    client = Client()
    client.force_login(stranger)
    form = {
        "question": "Hello?",
        "analysis_type": "general",
        "idempotency_key": "k",
        "conversation": turn.conversation_id,
    }
    assert client.post("/turns/", form).status_code == 404
    assert Turn.objects.count() == 1


def test_a_strangers_conversations_are_not_in_the_list(
    browser: Client, stranger: User, conversation: Conversation
) -> None:
    Conversation.objects.create(owner=stranger, title="Not yours")
    content = browser.get("/").content
    assert conversation.title.encode() in content
    assert b"Not yours" not in content


def test_htmx_is_told_to_go_to_the_login_with_the_whole_page(client: Client) -> None:
    here = {**HTMX, "HX-Current-URL": "http://testserver/conversations/3/?x=1"}
    response = client.post("/turns/", {"question": "Hello?"}, headers=here)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/?next=/conversations/3/"
    assert response.content == b""


def test_htmx_without_a_current_url_comes_back_to_the_start(client: Client) -> None:
    response = client.get("/conversations/", headers=HTMX)
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


def test_signing_in_and_out(client: Client, analyst: User) -> None:
    form = {"username": "analyst", "password": "wrong"}
    login = page_of(client.post("/accounts/login/", form))
    assert "Incorrect user name or password" in login.css("[role=alert]")[0].text()
    signed_in = client.post("/accounts/login/", {**form, "password": "correct horse battery"})
    assert signed_in["Location"] == "/"
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_a_form_without_its_csrf_token_is_refused(analyst: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    response = client.post("/turns/", {"question": "Hello?", "analysis_type": "general"})
    assert "expired" in page_of(response, status=403).css("h1")[0].text()
    assert Turn.objects.count() == 0
