"""What the pages show of a conversation with versions and edits."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chat.conversations.models import Conversation, Message, ShareLink, Turn
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, page_of, text_of, texts_of


@pytest.fixture
def versions(make_turn: MakeTurn) -> tuple[Turn, Turn, Turn]:
    """A question with two answers; something was asked after the first one."""
    first = make_turn("Why?", answer=Answer(response="The first.", outcome="done"))
    after = make_turn("And then?", answer=Answer(response="What followed.", outcome="done"))
    second = make_turn(
        message=first.question, parent=None, answer=Answer(response="The second.", outcome="done")
    )
    return first, after, second


def url_of(turn: Turn) -> str:
    return turn.get_absolute_url().partition("#")[0]


def questions(page: object) -> list[str]:
    return texts_of(page, ".turn .question h2")  # type: ignore[arg-type]


def test_a_page_shows_one_path_and_the_way_to_the_others(
    browser: Client, versions: tuple[Turn, Turn, Turn]
) -> None:
    first, after, second = versions
    page = page_of(browser.get(url_of(second)))
    assert questions(page) == ["Why?"]
    assert text_of(page, ".place").endswith("2/2")
    assert attribute(page, "[data-switch=before]", "href") == first.get_absolute_url()
    assert not page.css("[data-switch=after]")
    page = page_of(browser.get(url_of(first)))
    assert questions(page) == ["Why?", "And then?"]
    assert attribute(page, "#composer-parent", "value") == str(after.pk)


def test_a_conversation_opens_where_its_owner_was(
    browser: Client, conversation: Conversation, versions: tuple[Turn, Turn, Turn]
) -> None:
    plain = conversation.get_absolute_url()
    updated_at = conversation.updated_at
    browser.get(url_of(versions[0]))
    assert questions(page_of(browser.get(plain))) == ["Why?", "And then?"]
    browser.get(url_of(versions[2]))
    assert questions(page_of(browser.get(plain))) == ["Why?"]
    conversation.refresh_from_db()
    assert conversation.updated_at == updated_at  # looking is no use: the list keeps its order


@pytest.mark.parametrize("turn_id", ["x", "-1", "٣", "99999", "9" * 40])
def test_a_turn_that_is_not_here_is_not_found(
    browser: Client, conversation: Conversation, turn_id: str, versions: tuple[Turn, Turn, Turn]
) -> None:
    page = conversation.get_absolute_url()
    assert browser.get(page, {"turn": turn_id}).status_code == 404


def test_a_question_goes_behind_the_turn_that_its_page_showed(
    browser: Client, conversation: Conversation, versions: tuple[Turn, Turn, Turn]
) -> None:
    form = {"question": "More?", "analysis_type": "general", "idempotency_key": "k"}
    form |= {"conversation": str(conversation.pk), "parent": str(versions[1].pk)}
    browser.post("/turns/", form)
    assert Turn.objects.get(question__text="More?").parent == versions[1]


def test_a_parent_of_another_conversation_is_refused_and_the_text_kept(
    browser: Client, conversation: Conversation, analyst: User
) -> None:
    elsewhere = Conversation.objects.create(owner=analyst)
    message = Message.objects.create(conversation=elsewhere, sender="user", text="x")
    other = Turn.objects.create(conversation=elsewhere, question=message, idempotency_key="o")
    form = {"question": "More?", "analysis_type": "general", "idempotency_key": "k"}
    form |= {"conversation": str(conversation.pk), "parent": str(other.pk)}
    assert browser.post("/turns/", form, headers=HTMX).status_code == 422
    page = page_of(browser.post("/turns/", form), status=422)
    assert text_of(page, "#question") == "More?"
    assert "not in this conversation" in text_of(page, "#composer-error")


def test_another_answer_takes_the_old_path_off_the_page(
    browser: Client, versions: tuple[Turn, Turn, Turn]
) -> None:
    first, after, _ = versions
    browser.get(url_of(first))
    page = page_of(browser.post(f"/turns/{first.pk}/retry", headers=HTMX))
    again = Turn.objects.last()
    assert again is not None
    gone = {each.attributes["hx-target"] for each in page.css("hx-partial[hx-swap=delete]")}
    assert gone == {f"#turn-{pk}" for pk in (first.pk, after.pk, again.pk)}
    assert text_of(page, ".place").endswith("3/3")
    assert attribute(page, "#composer-parent", "value") == str(again.pk)


def test_an_edit_is_refused_with_its_reason_and_its_text(
    browser: Client, versions: tuple[Turn, Turn, Turn], make_turn: MakeTurn
) -> None:
    make_turn("Running?", status="running")
    form = {"question": "Kept <text>", "analysis_type": "document", "idempotency_key": "k"}
    url = f"/turns/{versions[0].pk}/edit/"
    assert browser.post(url, form, headers=HTMX).status_code == 409
    page = page_of(browser.post(url, form), status=409)
    assert text_of(page, ".edit textarea") == "Kept <text>"
    assert attribute(page, ".edit [name=analysis_type][checked]", "value") == "document"
    assert "still being written" in text_of(page, ".edit .form-error")


def test_a_form_that_is_left_gives_the_question_back(
    browser: Client, versions: tuple[Turn, Turn, Turn]
) -> None:
    url = f"/turns/{versions[2].pk}/edit/"
    form = page_of(browser.get(url, headers=HTMX))
    assert text_of(form, "textarea") == "Why?"
    back = attribute(form, "[data-cancel]", "hx-get")
    assert text_of(page_of(browser.get(back, headers=HTMX)), "h2") == "Why?"


def test_a_place_that_was_found_opens_its_branch(
    browser: Client, versions: tuple[Turn, Turn, Turn]
) -> None:
    found = browser.get("/conversations/", {"find": "then"})
    link = attribute(page_of(found), "main a.open", "href")
    assert questions(page_of(browser.get(link))) == ["Why?", "And then?"]


def test_exports_and_shared_links_carry_the_path_that_is_shown(
    browser: Client,
    conversation: Conversation,
    versions: tuple[Turn, Turn, Turn],
    configure: Callable[..., None],
) -> None:
    configure(sharing=True)
    browser.get(url_of(versions[0]))
    exported = browser.get(f"{conversation.get_absolute_url()}export/markdown").content.decode()
    assert "What followed." in exported
    assert "The second." not in exported
    _, secret = ShareLink.issue(conversation, last_turn_id=versions[2].pk, days=1)
    shared = Client().get(f"/shared/{secret}/").content.decode()
    assert "The second." in shared
    assert "The first." not in shared
    assert ShareLink.objects.in_force(timezone.now()).count() == 1


def test_a_question_that_is_found_opens_on_the_path_that_its_reader_was_on(
    browser: Client, versions: tuple[Turn, Turn, Turn]
) -> None:
    first, _, second = versions

    def hit() -> str | None:
        return attribute(page_of(browser.get("/conversations/?find=why")), "main a.open", "href")

    for shown in (first, second, first):
        browser.get(url_of(shown))
        assert hit() == shown.get_absolute_url()
    Conversation.objects.update(current_turn=None)
    assert hit() == second.get_absolute_url()  # the newest
