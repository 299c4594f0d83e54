"""Staff's words for the stages: checked when saved, previewed, shown at once, harmless."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.conversations.models import StatusText
from chat.conversations.status_texts.reader_wording import StatusTextCache, status_text_cache
from chat.kernel.answer import Answer
from chat.kernel.items import Step
from tests.pages.conftest import MakeTurn, browser, conversation, make_turn
from tests.security.xss import payloads
from tests.support.html import page_of, text_of, texts_of

__all__ = ["browser", "conversation", "make_turn"]

pytestmark = pytest.mark.django_db
LIST = "/admin/conversations/statustext/"
SEARCHING = Answer(steps=[Step(text="Searching the library…", stage="search")])


@pytest.fixture
def admin(admin_user: User) -> Client:
    client = Client()
    client.force_login(admin_user)
    return client


def add(admin: Client, **values: str) -> Any:
    form = {"stage": "search", "analysis_type": "", "language": "", "text": "", **values}
    return admin.post(f"{LIST}add/", form)


def status(browser: Client, url: str) -> str:
    return text_of(page_of(browser.get(url)), ".turn .status")


def test_a_text_is_shown_at_once_and_taken_back(
    admin: Client, browser: Client, make_turn: MakeTurn
) -> None:
    turn = make_turn(status="running", answer=SEARCHING)
    url = turn.get_absolute_url()
    assert status(browser, url) == "Searching the library…"
    assert add(admin, text="One moment, please").status_code == 302
    assert status(browser, url) == "One moment, please"
    saved = StatusText.objects.get()
    form = {"stage": "search", "analysis_type": "", "language": "", "text": ""}
    admin.post(f"{LIST}{saved.pk}/change/", form)  # empty: Oliver's own words
    assert status(browser, url) == "Searching the library…"


def test_a_text_of_one_kind_of_answer_is_not_shown_with_others(
    admin: Client, browser: Client, make_turn: MakeTurn
) -> None:
    add(admin, text="Weighing the rules", analysis_type="compliance")
    turn = make_turn(status="running", answer=SEARCHING, analysis_type="general")
    assert status(browser, turn.get_absolute_url()) == "Searching the library…"
    turn.analysis_type = "compliance"
    turn.save()
    assert status(browser, turn.get_absolute_url()) == "Weighing the rules"


def test_readers_of_plain_messages_get_the_plain_text(
    admin: Client, browser: Client, make_turn: MakeTurn
) -> None:
    add(admin, stage="looking", text="Just a moment")
    turn = make_turn(status="running", answer=SEARCHING)
    assert status(browser, turn.get_absolute_url()) == "Searching the library…"
    browser.post("/settings/", {"theme": "dark", "density": "compact", "status_style": "plain"})
    assert status(browser, turn.get_absolute_url()) == "Just a moment"


@pytest.mark.parametrize(
    ("stage", "text"),
    [
        ("search", "Reading {count} passages"),
        ("passages", "Reading {n} passages"),
        ("passages", "Reading {count passages"),
        ("model", "{model.__class__}"),
        ("model", "{model!r:>{count}}"),
    ],
)
def test_a_placeholder_without_a_value_is_refused_and_the_text_kept(
    admin: Client, stage: str, text: str
) -> None:
    refused = page_of(add(admin, stage=stage, text=text))
    assert len(refused.css(".field-text .errorlist")) == 1
    assert refused.css("#id_text")[0].attributes["value"] == text
    assert not StatusText.objects.exists()


def test_the_list_shows_examples_and_what_is_said_without_them(admin: Client) -> None:
    add(admin, stage="passages", text="{count} hits")
    page = page_of(admin.get(LIST))
    assert texts_of(page, "#result_list td.field-preview") == ["4 hits"]
    assert "Searching the library…" in text_of(page, ".own-words")


def test_the_list_can_be_filtered_by_language_and_each_choice_has_a_name(admin: Client) -> None:
    add(admin, stage="passages", text="{count} hits")
    add(admin, stage="passages", language="de", text="{count} Treffer")
    assert all(texts_of(page_of(admin.get(LIST)), "#changelist-filter a"))
    for chosen, shown in (("every", "4 hits"), ("de", "4 Treffer")):
        page = page_of(admin.get(LIST, {"language": chosen}))
        assert texts_of(page, "#result_list td.field-preview") == [shown]


def test_the_same_stage_twice_is_refused(admin: Client) -> None:
    assert add(admin, text="One").status_code == 302
    assert page_of(add(admin, text="Two")).css(".errorlist")
    assert StatusText.objects.count() == 1


def test_texts_are_read_once_in_a_while_and_not_for_each_page(
    browser: Client, django_assert_num_queries: Any
) -> None:
    kept = StatusTextCache()
    with django_assert_num_queries(1):
        kept.fresh()
        kept.fresh()
    StatusText.objects.create(stage="search", text="New")
    with django_assert_num_queries(1):
        assert status_text_cache().fresh() == {("search", "", ""): "New"}


def test_no_payload_becomes_markup_on_the_page_or_in_the_administration(
    admin: Client, browser: Client, make_turn: MakeTurn
) -> None:
    turn = make_turn(status="running", answer=SEARCHING)
    strange = "[onerror], [onload], [onclick], [onfocus], [srcdoc], iframe, script:not([src])"
    row = StatusText.objects.create(stage="search", text="x")
    for payload in payloads()[::12]:
        row.text = payload.replace("\0", "")[:120]
        row.save()
        page = page_of(browser.get(turn.get_absolute_url()))
        assert page.css(f".turn :is({strange})") == []
        assert len(page.css(".turn .status *")) == 0
        listed = page_of(admin.get(LIST))
        assert listed.css(f"#result_list :is({strange})") == []
