"""Renaming, archiving, deleting and taking it back: with scripts and without, by the owner only."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from chat.conversations import deletion
from chat.conversations.models import Conversation, Message, Turn
from chat.conversations.start import start_turn
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, page_of, text_of, texts_of

LIST = "/conversations/"


@pytest.fixture
def url(conversation: Conversation) -> str:
    return conversation.get_absolute_url()


def listed(browser: Client, show: str = "", find: str = "") -> list[str]:
    page = page_of(browser.get(LIST, {"show": show, "find": find}, headers=HTMX))
    return texts_of(page, ".name")


# --- Renaming ------------------------------------------------------------------------------------


def test_a_conversation_is_renamed_on_a_page_of_its_own(
    browser: Client, url: str, conversation: Conversation
) -> None:
    page = page_of(browser.get(f"{url}rename/"))
    assert attribute(page, "#title", "value") == "When is a SAR due?"
    response = browser.post(f"{url}rename/", {"title": "  A new\r\n\x07title "})
    assert response["Location"] == url
    conversation.refresh_from_db()
    assert conversation.title == "A new title"


def test_renaming_in_the_heading_updates_the_list_and_the_windows_title(
    browser: Client, url: str
) -> None:
    form = page_of(browser.get(f"{url}rename/", headers=HTMX))
    assert form.css("main, nav") == []
    page = page_of(browser.post(f"{url}rename/", {"title": "<i>Due</i>"}, headers=HTMX))
    assert text_of(page, "h1") == "<i>Due</i>"
    assert text_of(page, "[hx-target=title]") == "<i>Due</i> · Oliver"
    assert texts_of(page, "[hx-target='#conversation-list'] .name") == ["<i>Due</i>"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("title", ["", "  \n", "\u200b\x00"])
def test_a_title_needs_words(
    title: str, headers: dict[str, str], browser: Client, url: str, conversation: Conversation
) -> None:
    response = browser.post(f"{url}rename/", {"title": title}, headers=headers)
    assert text_of(page_of(response, status=422), "[role=alert].form-error") == "Write a title."
    conversation.refresh_from_db()
    assert conversation.title == "When is a SAR due?"


def test_a_title_is_cut_to_what_can_be_stored(browser: Client, url: str) -> None:
    browser.post(f"{url}rename/", {"title": "ä" * 500})
    assert Conversation.objects.get().title == "ä" * 200


def test_renaming_is_no_use_of_a_conversation(
    browser: Client, url: str, conversation: Conversation
) -> None:
    browser.post(f"{url}rename/", {"title": "other"})
    assert Conversation.objects.get().updated_at == conversation.updated_at


def test_leaving_the_form_brings_the_title_back(browser: Client, url: str) -> None:
    page = page_of(browser.get(f"{url}rename/?keep", headers=HTMX))
    assert text_of(page, "h1") == "When is a SAR due?"


def test_a_question_does_not_undo_a_rename(analyst: User, conversation: Conversation) -> None:
    Conversation.objects.update(title="Renamed in another tab")
    start_turn(
        user=analyst,
        question="And for MSBs?",
        analysis_type="general",
        conversation=conversation,
        idempotency_key="k",
    )
    assert Conversation.objects.get().title == "Renamed in another tab"


# --- Archiving -----------------------------------------------------------------------------------


def test_an_archived_conversation_leaves_the_list_but_not_the_search(
    browser: Client, url: str
) -> None:
    response = browser.post(f"{url}archive/")
    page = page_of(browser.get(response["Location"]))
    assert text_of(page, "#notice-text") == "Archived “When is a SAR due?”."
    assert attribute(page, ".notice form", "action") == f"{url}unarchive/"
    assert listed(browser) == []
    assert listed(browser, show="archived") == listed(browser, find="sar") == ["When is a SAR due?"]
    assert "Archived" in texts_of(page_of(browser.get(url)), ".tag")


def test_it_comes_back_by_hand_and_by_a_question(
    analyst: User, browser: Client, url: str, conversation: Conversation
) -> None:
    browser.post(f"{url}archive/")
    assert browser.post(f"{url}unarchive/")["Location"] == url
    assert len(listed(browser)) == 1
    browser.post(f"{url}archive/")
    browser.post(
        "/turns/",
        {
            "conversation": conversation.pk,
            "question": "And?",
            "analysis_type": "general",
            "idempotency_key": "k",
        },
    )
    assert len(listed(browser)) == 1


# --- Deleting ------------------------------------------------------------------------------------


def test_deleting_hides_a_conversation_and_all_in_it(
    browser: Client, url: str, make_turn: MakeTurn
) -> None:
    turn = make_turn()
    assert browser.post(f"{url}delete/")["Location"].startswith("/?undo=")
    for gone in (url, f"{url}rename/", f"/turns/{turn.pk}/stream", f"/api/turns/{turn.pk}"):
        assert browser.get(gone).status_code == 404
    assert listed(browser) == listed(browser, find="sar") == []
    assert listed(browser, show="deleted") == ["When is a SAR due?"]


def test_a_deletion_can_be_undone(browser: Client, url: str) -> None:
    page = page_of(browser.get(browser.post(f"{url}delete/")["Location"]))
    assert text_of(page, "#notice-text") == "Deleted “When is a SAR due?”."
    assert browser.post(attribute(page, ".notice form", "action"))["Location"] == url
    page_of(browser.get(url))
    assert listed(browser) == ["When is a SAR due?"]


def test_undoing_twice_changes_nothing(browser: Client, url: str) -> None:
    assert browser.post(f"{url}restore/")["Location"] == url
    assert listed(browser) == ["When is a SAR due?"]


def test_deleting_from_the_list_leaves_the_reader_where_he_is(browser: Client, url: str) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/library/?q=sar"}
    page = page_of(browser.post(f"{url}delete/", headers=headers))
    assert text_of(page, "[hx-target='#notice'] #notice-text").startswith("Deleted")
    assert attribute(page, ".notice [name=next]", "value") == "/library/"
    assert browser.post(f"{url}restore/", {"next": "/library/"})["Location"] == "/library/"


def test_deleting_the_conversation_one_reads_leads_to_the_start(browser: Client, url: str) -> None:
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{url}"}
    response = browser.post(f"{url}delete/", headers=headers)
    assert response["HX-Redirect"].startswith("/?undo=")


@pytest.mark.parametrize("here", ["{url}", "https://elsewhere.example/", "//elsewhere.example", ""])
def test_a_form_cannot_lead_elsewhere(browser: Client, url: str, here: str) -> None:
    response = browser.post(f"{url}delete/", {"next": here.format(url=url)})
    assert response["Location"].startswith("/?undo=")
    response = browser.post(f"{url}restore/", {"next": here.format(url=url)})
    assert response["Location"] == url


def test_a_link_without_scripts_asks_on_a_page(browser: Client, url: str) -> None:
    page = page_of(browser.get(f"{url}delete/"))
    assert text_of(page, "h1") == "Delete this conversation?"
    assert listed(browser) == ["When is a SAR due?"]


def test_a_running_answer_is_stopped(
    browser: Client, url: str, make_turn: MakeTurn, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, stopped = make_turn(status="running"), list[Any]()
    monkeypatch.setattr(deletion, "request_stop", stopped.append)
    browser.post(f"{url}delete/")
    assert [t.pk for t in stopped] == [turn.pk]


def test_what_was_deleted_long_ago_goes_for_good(
    browser: Client, url: str, make_turn: MakeTurn, conversation: Conversation
) -> None:
    make_turn()
    kept = Conversation.objects.create(owner=conversation.owner, title="in use")
    lately = Conversation.objects.create(
        owner=conversation.owner, title="lately", deleted_at=timezone.now() - timedelta(days=6)
    )
    Conversation.objects.filter(pk=conversation.pk).update(
        deleted_at=timezone.now() - timedelta(days=8)
    )
    call_command("purge_deleted")
    assert set(Conversation.objects.all()) == {kept, lately}
    assert not Turn.objects.exists()
    assert not Message.objects.exists()


def test_all_that_was_deleted_can_be_purged_at_once(browser: Client, url: str) -> None:
    browser.post(f"{url}delete/")
    call_command("purge_deleted", "--now")
    assert not Conversation.objects.exists()
    assert browser.post(f"{url}restore/").status_code == 404


# --- Whose it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["rename", "archive", "unarchive", "delete", "restore"])
def test_strangers_can_do_none_of_it(
    action: str, stranger: User, url: str, conversation: Conversation
) -> None:
    other = Client()
    other.force_login(stranger)
    before = Conversation.objects.values().get()
    assert other.post(f"{url}{action}/", {"title": "mine"}).status_code == 404
    assert Conversation.objects.values().get() == before


@pytest.mark.parametrize("action", ["archive", "unarchive", "restore"])
def test_nothing_changes_by_a_link(action: str, browser: Client, url: str) -> None:
    assert browser.get(f"{url}{action}/").status_code == 405


@pytest.mark.parametrize("undo", ["x", "0", "-1", "9" * 30, "²"])
def test_a_made_up_undo_offers_nothing(undo: str, browser: Client, url: str) -> None:
    assert page_of(browser.get("/", {"undo": undo})).css(".notice") == []


def test_nobody_is_offered_to_undo_what_others_did(
    stranger: User, browser: Client, url: str, conversation: Conversation
) -> None:
    browser.post(f"{url}delete/")
    other = Client()
    other.force_login(stranger)
    page = page_of(other.get("/", {"undo": conversation.pk}))
    assert page.css(".notice") == []
