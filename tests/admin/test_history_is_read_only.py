"""Nothing in the admin edits, adds or deletes what has happened, even for a superuser."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.models import Conversation, StreamStats, Turn
from chat.library.models import LibraryNote
from tests.admin.conftest import MakeTurn, parsed, text_of

HISTORY = (Conversation, Turn, StreamStats)
READ_ONLY = (*HISTORY, LibraryNote)


@pytest.fixture
def note(db: None) -> LibraryNote:
    return LibraryNote.objects.create(slug="ctr", title="CTR", topic="cash", checked="2026-01-01")


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_pages_that_change_are_forbidden(
    admin_client: Client, make_turn: MakeTurn, note: LibraryNote, model: Any, page: str
) -> None:
    make_turn()
    pk = model.objects.get().pk
    url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{page.format(pk=pk)}"
    assert admin_client.get(url).status_code == 403
    assert admin_client.post(url, {"post": "yes"}).status_code == 403
    assert model.objects.count() == 1


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_a_page_cannot_be_saved(
    admin_client: Client, make_turn: MakeTurn, note: LibraryNote, model: Any
) -> None:
    make_turn()
    pk = model.objects.get().pk
    url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{pk}/change/"
    page = parsed(admin_client.get(url))
    assert not page.css("#content-main input:not([type=hidden]), #content-main textarea")
    assert not page.css("[name=_save], [name=_continue], .deletelink")
    assert admin_client.post(url, {"title": "Changed", "status": "done"}).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_lists_have_no_actions(
    admin_client: Client, make_turn: MakeTurn, note: LibraryNote, model: Any
) -> None:
    make_turn()
    url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    page = parsed(admin_client.get(url))
    assert not page.css(f"[name=action], .action-select, .addlink[href*='{url}']")
    pk = model.objects.get().pk
    admin_client.post(url, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert model.objects.count() == 1


def test_a_user_with_conversations_cannot_be_deleted(
    admin_client: Client, make_turn: MakeTurn, analyst: User
) -> None:
    make_turn()
    url = f"/admin/auth/user/{analyst.pk}/delete/"
    assert "Cannot delete user" in text_of(admin_client.get(url))
    admin_client.post(url, {"post": "yes"})
    admin_client.post(
        "/admin/auth/user/",
        {"action": "delete_selected", "_selected_action": [analyst.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=analyst.pk).exists()
    assert Turn.objects.exists()


def test_every_model_of_history_is_guarded() -> None:
    for model in HISTORY:
        assert model in admin.site._registry
