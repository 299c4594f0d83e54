"""The pages around conversations, as they come from the server."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from chat.conversations.models import Conversation
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import attribute, one, page_of, text_of, texts_of

BANNER = "No language model is connected; answers quote the library"


def url_of(conversation: Conversation) -> str:
    return conversation.get_absolute_url()


# --- Start ---------------------------------------------------------------------------------------


def test_the_start_page_has_a_composer_and_examples_for_each_kind(browser: Client) -> None:
    page = page_of(browser.get("/"))
    assert attribute(page, "#composer", "action") == "/turns/"
    kinds = {link.attributes["data-example"] for link in page.css("a[data-example]")}
    assert kinds == {"general", "compliance", "document"}
    assert attribute(page, "[name=analysis_type][checked]", "value") == "general"
    assert len(attribute(page, "[name=idempotency_key]", "value")) == 36


def test_every_page_brings_a_key_of_its_own(browser: Client) -> None:
    keys = {attribute(page_of(browser.get("/")), "#composer-key", "value") for _ in range(2)}
    assert len(keys) == 2


def test_an_example_fills_the_composer_without_scripts(browser: Client) -> None:
    example = page_of(browser.get("/")).css("a[data-example=document]")[0]
    page = page_of(browser.get(example.attributes["href"] or ""))
    assert text_of(page, "#question") == example.attributes["data-question"]
    assert attribute(page, "[name=analysis_type][checked]", "value") == "document"


def test_the_page_says_plainly_that_no_model_is_connected(browser: Client) -> None:
    page = page_of(browser.get("/"))
    assert text_of(page, ".banner > p") == BANNER
    assert "OLIVER_MODEL" in one(page, ".banner details").text()


def test_with_a_model_there_is_no_banner(browser: Client, configure: Callable[..., None]) -> None:
    configure(model="openai/gpt-5-mini", api_key="sk-test")
    assert not page_of(browser.get("/")).css(".banner")


def test_a_model_that_is_not_set_up_completely_is_said(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat.engine.providers import language_model

    broken = language_model.ProviderInfo(
        model="openai/x", engine="native", adapter="chat", healthy=False, missing_key_of="openai"
    )
    monkeypatch.setattr(language_model, "provider_info", lambda: broken)
    assert "No key for openai" in text_of(page_of(browser.get("/")), ".banner.problem")


# --- Conversation --------------------------------------------------------------------------------


def test_turns_stand_in_order_with_their_answers(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn("First?", answer=Answer(response="One.", outcome="done"))
    make_turn("Second?", answer=Answer(response="Two.", outcome="done"))
    page = page_of(browser.get(url_of(conversation)))
    assert texts_of(page, ".turn .question h2") == ["First?", "Second?"]
    assert texts_of(page, ".turn .response .final") == ["One.", "Two."]
    assert text_of(page, "h1") == "When is a SAR due?"


def test_a_live_turn_connects_from_the_event_it_shows(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    turn = make_turn(status="running", seq=41, answer=Answer(response="Half an ans"))
    page = page_of(browser.get(url_of(conversation)))
    live = one(page, f"#turn-{turn.pk} > .live")
    assert live.attributes["hx-sse:connect"] == f"/turns/{turn.pk}/stream?after=41"
    assert live.attributes["hx-sse:close"] == "done"
    assert live.attributes["hx-trigger"] == "load, every 3s"
    assert text_of(page, ".response .tail") == "Half an ans"
    assert attribute(page, ".stop", "formaction") == f"/turns/{turn.pk}/stop"


def test_without_scripts_a_page_with_a_live_turn_refreshes_itself(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    turn = make_turn(status="queued")
    url = url_of(conversation)
    for address, following in ((url, 1), (f"{url}?refreshed=1", 2), (f"{url}?refreshed=x", 1)):
        content = f"2; url=?refreshed={following}#turn-{turn.pk}"
        refresh = f'<noscript><meta http-equiv="refresh" content="{content}"></noscript>'
        assert refresh in browser.get(address).content.decode()


def test_a_page_at_rest_neither_connects_nor_refreshes(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn(answer=Answer(response="Done.", outcome="done"))
    response = browser.get(url_of(conversation))
    assert b"http-equiv" not in response.content
    assert not page_of(response).css(".live, .stop")


def test_what_people_and_models_write_is_text(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    Conversation.objects.update(title=bad)
    finding = {"title": bad, "severity": bad, "explanation": bad, "citations": []}
    artifact = {"kind": bad, "title": bad, "content": bad}
    make_turn(
        bad,
        answer=Answer(response=bad, findings=[finding], artifacts=[artifact], outcome="done"),
    )
    page = page_of(browser.get(url_of(conversation)))
    assert not page.css(".turn script, .turn img, h1 *, .sidebar img")
    assert text_of(page, ".turn h2") == bad


@pytest.mark.parametrize("path", ["/", "/conversations/", "/library/", "{conversation}"])
def test_pages_keep_to_the_strict_content_security_policy(
    browser: Client, conversation: Conversation, make_turn: MakeTurn, path: str
) -> None:
    make_turn(answer=Answer(response="| a |\n|--:|\n| 1 |", outcome="done"))
    response = browser.get(path.format(conversation=url_of(conversation)))
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    page = page_of(response)
    assert all(script.attributes.get("src") for script in page.css("script"))
    assert not page.css("style, [style]")
    for element in page.css("*"):
        assert not [name for name in element.attributes if re.match(r"on|hx-on|hx-vals", name)]


def test_a_page_loads_nothing_from_elsewhere(browser: Client) -> None:
    page = page_of(browser.get("/"))
    sources = [e.attributes.get("src") or e.attributes.get("href") for e in page.css("[src], link")]
    assert sources
    assert all(source and source.startswith("/") for source in sources)


# --- List and search -----------------------------------------------------------------------------


def test_search_finds_words_of_titles_and_messages(
    browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    make_turn("What about structuring?")
    for words, found in (("SAR due", 1), ("STRUCTURING", 1), ("pineapple", 0)):
        page = page_of(browser.get("/conversations/", {"find": words}))
        assert len(page.css("main .conversation-list .open")) == found, words


def test_search_with_htmx_answers_the_list_alone(browser: Client, conversation: object) -> None:
    response = browser.get("/conversations/", {"find": "x"}, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b"No conversation contains these words." in response.content


def test_the_open_conversation_is_marked_in_the_list(
    browser: Client, conversation: Conversation
) -> None:
    page = page_of(browser.get(url_of(conversation)))
    assert attribute(page, ".sidebar [aria-current=page]", "href") == url_of(conversation)


def test_every_page_has_a_skip_link_one_main_part_and_one_status_line(
    browser: Client, conversation: Conversation
) -> None:
    for url in ("/", url_of(conversation), "/library/", "/conversations/"):
        page = page_of(browser.get(url))
        assert attribute(page, ".skip-link", "href") == "#main"
        for selector in ("main#main", "h1", "[role=status]", "nav[aria-label]"):
            one(page, selector)
