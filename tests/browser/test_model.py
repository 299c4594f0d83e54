"""A model that writes slowly, stops, fails: what a reader sees."""

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import HALF, OUTPUT, QUESTION, SO_FAR, answer, ask, half_told, part
from tests.browser.conftest import Complaints
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.provider_stand_in import Refuses, Says, chat_output

pytestmark = pytest.mark.begins_first
Visit = Callable[..., Page]


def test_tokens_arrive_while_the_model_writes(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    gate = provider_thread.gate()
    provider_thread.plays(Says(OUTPUT, gate=gate, gate_at=HALF))
    page = visit(model_server)
    with page.expect_response(lambda response: "/stream" in response.url) as stream:
        ask(page, QUESTION)
    assert stream.value.headers["content-encoding"] == "gzip"
    expect(answer(page)).to_contain_text(SO_FAR)
    expect(answer(page)).not_to_contain_text("word200")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    gate.open()
    expect(answer(page)).to_contain_text("The end.")
    expect(page.get_by_role("button", name="Stop")).not_to_be_visible()
    expect(page.locator(".live")).to_have_count(0)
    assert complaints == []


def test_a_reload_in_the_middle_loses_nothing_and_two_tabs_end_alike(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server)
    gate = half_told(page, provider_thread)
    second = page.context.new_page()
    second.goto(page.url)
    page.reload()
    expect(answer(page)).to_contain_text(SO_FAR)
    expect(answer(second)).to_contain_text(SO_FAR)
    gate.open()
    for tab in (page, second):
        expect(answer(tab)).to_contain_text("The end.")
        expect(tab.locator(".live")).to_have_count(0)
    whole = answer(page).inner_html()
    assert answer(second).inner_html() == whole
    page.reload()
    assert answer(page).inner_html() == whole


def test_a_stop_is_instant_reaches_the_provider_and_keeps_the_text(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server)
    half_told(page, provider_thread)
    page.get_by_role("button", name="Stop").click()
    provider_thread.sees_a_disconnect()
    expect(page.locator(".turn-end [data-outcome=stopped]")).to_be_visible()
    expect(answer(page)).to_contain_text(SO_FAR)
    expect(page.get_by_role("status")).to_have_text("Answer stopped")


def test_a_stop_in_one_tab_shows_in_both_and_reaches_the_provider_within_a_second(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server)
    half_told(page, provider_thread)
    other = page.context.new_page()
    other.goto(page.url)
    expect(answer(other)).to_contain_text(SO_FAR)
    with other.expect_request_finished(lambda asked: asked.url.endswith("/stop")) as stopped:
        other.get_by_role("button", name="Stop").click()
        provider_thread.sees_a_disconnect()
        left_at = time.time()
    assert left_at - stopped.value.timing["startTime"] / 1000 < 1
    for tab in (page, other):
        expect(tab.locator(".turn-end [data-outcome=stopped]")).to_be_visible()
        expect(tab.locator(".live")).to_have_count(0)
        expect(tab.get_by_role("button", name="Stop")).not_to_be_visible()
        expect(answer(tab)).to_contain_text(SO_FAR)
    assert answer(page).inner_html() == answer(other).inner_html()


def test_an_error_says_what_happened_and_try_again_works(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    provider_thread.plays(Refuses(401, "invalid_api_key"), Says(OUTPUT))
    page = visit(model_server)
    ask(page, QUESTION)
    error = page.locator(".turn-end [data-outcome=failed]")
    expect(error).to_contain_text("rejected the API key")
    error.get_by_role("button", name="Try again").click()
    expect(answer(page)).to_contain_text("The end.")


def test_text_before_a_broken_connection_stays_on_the_page(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    provider_thread.plays(Says(OUTPUT, cut_at=HALF))
    page = visit(model_server)
    ask(page, QUESTION)
    expect(page.locator(".turn-end [data-outcome=failed]")).to_contain_text(
        "broke during the answer"
    )
    expect(answer(page)).to_contain_text(SO_FAR)


def test_a_second_question_meanwhile_is_refused_and_its_text_stays(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server)
    gate = half_told(page, provider_thread)
    ask(page, "and what about money services businesses")
    expect(page.get_by_role("alert")).to_contain_text("still being written")
    expect(page.get_by_label("Your question")).to_have_value(
        "and what about money services businesses"
    )
    gate.open()
    expect(answer(page)).to_contain_text("The end.")


def test_a_lost_network_heals_by_itself(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server)
    gate = half_told(page, provider_thread)
    page.context.set_offline(True)
    gate.open()
    page.context.set_offline(False)
    expect(answer(page)).to_contain_text("The end.")
    assert answer(page).inner_text().count("word140 ") == 1


def is_stored(words: str, folder: Path) -> bool:
    """Whether a checkpoint has them: no event tells of one."""
    with closing(sqlite3.connect(folder / "oliver.sqlite3")) as database:
        states = database.execute("SELECT answer_state FROM conversations_turn").fetchall()
    return any(words in state for [state] in states)


def test_a_killed_server_leaves_an_interrupted_answer_with_its_text(
    visit: Visit,
    tmp_path_factory: pytest.TempPathFactory,
    provider_thread: ProviderThread,
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    with OliverServer(
        folder,
        OLIVER_MODEL="openai/stand-in",
        OLIVER_API_BASE=provider_thread.url,
        OLIVER_API_KEY="sk-test",
        OLIVER_LEASE_S="3",
    ) as server:
        page = visit(server)
        half_told(page, provider_thread)
        while not is_stored(SO_FAR, folder):
            page.wait_for_timeout(100)
        server.kill()
        server.start()
        interrupted = page.locator(".turn-end [data-outcome=interrupted]")
        expect(interrupted).to_be_visible()
        expect(answer(page)).to_contain_text(SO_FAR)
        expect(interrupted.get_by_role("button", name="Try again")).to_be_visible()


def test_without_javascript_a_running_answer_can_be_watched_and_stopped(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    page = visit(model_server, scripts=False)
    half_told(page, provider_thread)
    page.get_by_role("button", name="Stop").click()
    provider_thread.sees_a_disconnect()
    expect(page.locator(".turn-end [data-outcome=stopped]")).to_be_visible()


def test_nothing_a_model_writes_runs_or_calls_out(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    evil = (
        "<img src=x onerror=alert(1)> ![](https://evil.example/a.png) <script>alert(2)</script>"
        " [go](javascript:alert(3)) <iframe src=https://evil.example></iframe>"
    )
    finding = {"title": evil, "explanation": evil, "severity": "high"}
    artifact = {"kind": "memo", "title": evil, "content": evil}
    provider_thread.plays(
        Says(
            chat_output(
                reasoning=evil,
                analysis=evil,
                response=f"{evil}\n\nThe end.",
                findings=[finding],
                artifacts=[artifact],
            )
        )
    )
    page = visit(model_server)
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    ask(page, f"{QUESTION} {evil}")
    expect(answer(page)).to_contain_text("The end.")
    part(page, "artifacts").get_by_role("link").first.click()
    expect(page.locator("#canvas")).to_contain_text("onerror")
    page.reload()
    expect(answer(page)).to_contain_text("The end.")
    assert [url for url in outside if not re.match(model_server.url, url)] == []
    assert complaints == []
