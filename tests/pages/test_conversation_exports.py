"""Exports over HTTP: for the page and for programs, to their owner only, always as a download."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.accounts.models import ApiToken
from chat.conversations.exports import FORMAT_NAMES
from chat.conversations.models import Conversation
from tests.pages.conftest import MakeTurn
from tests.support.html import page_of


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_the_menu_links_a_download_of_every_format(
    name: str, browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn()
    page = page_of(browser.get(conversation.get_absolute_url()))
    url = f"{conversation.get_absolute_url()}export/{name}"
    assert len(page.css(f'.actions-menu a[href="{url}"]')) == 1
    response = browser.get(url)
    assert response["Content-Disposition"].startswith('attachment; filename="when-is-a-sar-due.')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response.content


def test_only_known_formats_and_own_conversations_are_exported(
    browser: Client, stranger: User, conversation: Conversation
) -> None:
    url = f"{conversation.get_absolute_url()}export/"
    assert browser.get(f"{url}exe").status_code == 404
    other = Client()
    other.force_login(stranger)
    assert other.get(f"{url}pdf").status_code == 404
    browser.post(f"{conversation.get_absolute_url()}delete/")
    assert browser.get(f"{url}pdf").status_code == 404


def test_programs_export_with_their_token(
    analyst: User, stranger: User, conversation: Conversation
) -> None:
    url = f"/api/conversations/{conversation.pk}/export"

    def ask(user: User, **query: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {ApiToken.issue(user)[1]}"}
        response = Client().get(url, query, headers=headers)
        return response.status_code, response["Content-Type"]

    assert ask(analyst) == (200, "text/markdown; charset=utf-8")
    assert ask(analyst, format="pdf") == (200, "application/pdf")
    assert ask(analyst, format="exe")[0] == 422
    assert ask(stranger)[0] == 404
    assert Client().get(url).status_code == 401


def test_a_pdf_that_cannot_be_made_is_a_sentence(
    browser: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.conversations.exports.as_pdf._TYPESETTER", "/no/typesetter.py")
    response = browser.get(f"{conversation.get_absolute_url()}export/pdf")
    assert response.status_code == 503
    assert "Export it as Word or Markdown" in response.content.decode()
    token = {"Authorization": f"Bearer {ApiToken.issue(conversation.owner)[1]}"}
    url = f"/api/conversations/{conversation.pk}/export?format=pdf"
    response = Client().get(url, headers=token)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "pdf_unavailable")
