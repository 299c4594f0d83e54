"""Limits: what is refused, in which words, and when it will do again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory

from chat.accounts import rate_limits
from chat.accounts.models import ApiToken, RequestCount
from chat.conversations.models import Conversation, Turn
from tests.support.html import HTMX, page_of, text_of

Configure = Callable[..., None]
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """``clock[0] += 60`` turns the minute; it stands still otherwise."""
    now = [1_000_000.0 * 60 + 12]
    monkeypatch.setattr(rate_limits, "time", lambda: now[0])
    return now


def ask(browser: Client, **headers: str) -> Any:
    form = {
        "question": "When is a SAR due?",
        "analysis_type": "general",
        "idempotency_key": uuid4().hex,
    }
    return browser.post("/turns/", form, headers=headers)


def finish_all() -> None:
    Turn.objects.update(status="done")


# --- Turns ---------------------------------------------------------------------------------------


def test_a_user_has_a_limited_number_of_live_turns(browser: Client, configure: Configure) -> None:
    configure(live_turns_per_user=2)
    assert [ask(browser).status_code for _ in range(3)] == [303, 303, 429]
    assert (Turn.objects.count(), Conversation.objects.count()) == (2, 2)
    finish_all()
    assert ask(browser).status_code == 303


def test_the_live_turns_of_others_do_not_count(
    browser: Client, stranger: User, configure: Configure
) -> None:
    configure(live_turns_per_user=1)
    other = Client()
    other.force_login(stranger)
    assert ask(other).status_code == 303
    assert ask(browser).status_code == 303


def test_turns_per_minute_are_limited_though_each_has_ended(
    browser: Client, configure: Configure
) -> None:
    configure(turns_per_minute=2, users_per_address=10)
    for _ in range(2):
        assert ask(browser).status_code == 303
        finish_all()
    refused = ask(browser)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_the_same_key_again_is_never_refused(browser: Client, configure: Configure) -> None:
    configure(turns_per_minute=1, live_turns_per_user=1)
    form = {"question": "When?", "analysis_type": "general", "idempotency_key": "same"}
    assert browser.post("/turns/", form).status_code == 303
    assert browser.post("/turns/", form).status_code == 303
    assert Turn.objects.count() == 1


def test_the_refused_page_keeps_the_text_and_says_why(
    browser: Client, configure: Configure
) -> None:
    configure(live_turns_per_user=1)
    ask(browser)
    refused = ask(browser)
    page = page_of(refused, status=429)
    assert text_of(page, "#question") == "When is a SAR due?"
    assert "too many answers in progress" in text_of(page, "#composer-error")
    assert int(refused["Retry-After"]) > 0


def test_htmx_gets_the_sentence_for_the_error_line(browser: Client, configure: Configure) -> None:
    configure(turns_per_minute=1)
    ask(browser)
    refused = ask(browser, **HTMX)
    assert refused.status_code == 429
    assert refused.content.decode().startswith("Too many attempts. Try again in ")
    assert int(refused["Retry-After"]) > 0


def test_an_address_starts_so_many_times_what_one_user_may(
    browser: Client, stranger: User, configure: Configure
) -> None:
    configure(turns_per_minute=1, users_per_address=1)
    other = Client()
    other.force_login(stranger)
    assert ask(browser).status_code == 303
    assert ask(other).status_code == 429


# --- The API -------------------------------------------------------------------------------------


def test_the_api_counts_by_user_and_says_so_in_json(
    analyst: User, stranger: User, configure: Configure, clock: list[float]
) -> None:
    configure(api_requests_per_minute=2)
    program, other = (
        Client(headers={"Authorization": f"Bearer {ApiToken.issue(user)[1]}"})
        for user in (analyst, stranger)
    )
    answers = [program.get("/api/provider/info") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["error"]["code"] == "rate_limited"
    assert answers[-1].json()["error"]["retry_after_s"] == 48
    assert answers[-1]["Retry-After"] == "48"
    assert other.get("/api/provider/info").status_code == 200
    clock[0] += 48
    assert program.get("/api/provider/info").status_code == 200


def test_calls_of_nobody_known_count_for_their_address(
    client: Client, configure: Configure, clock: list[float]
) -> None:
    configure(api_requests_per_minute=1, users_per_address=2)
    wrong = {"Authorization": "Bearer oliver_wrong"}
    answers = [client.get("/api/provider/info", headers=wrong).status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    elsewhere = client.get("/api/provider/info", headers=wrong, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 401


def test_a_program_may_not_have_more_live_turns_than_its_user(
    analyst: User, configure: Configure
) -> None:
    configure(live_turns_per_user=1)
    program = Client(headers={"Authorization": f"Bearer {ApiToken.issue(analyst)[1]}"})
    body = {"messages": [{"content": "When?", "sender": "user"}]}
    answers = [
        program.post("/api/chat/stream", body, content_type="application/json") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["error"]["code"] == "too_many_live_turns"


def test_counters_of_addresses_that_never_came_back_are_dropped(
    client: Client, clock: list[float]
) -> None:
    client.get("/api/provider/info", REMOTE_ADDR="10.0.0.9")
    clock[0] += 2 * 3600
    client.get("/api/provider/info", REMOTE_ADDR="10.0.0.10")
    assert [count.key for count in RequestCount.objects.all()] == ["api address 10.0.0.10"]


# --- Signing in ----------------------------------------------------------------------------------


def sign_in(client: Client, password: str, *, name: str = "analyst", **more: Any) -> Any:
    return client.post("/accounts/login/", {"username": name, "password": password}, **more)


def test_after_five_wrong_passwords_the_right_one_is_not_tried(
    client: Client, analyst: User, clock: list[float]
) -> None:
    for _ in range(5):
        assert sign_in(client, "wrong").status_code == 200
    refused = sign_in(client, "correct horse battery")
    page = page_of(refused, status=429)
    assert "Too many wrong passwords" in text_of(page, "[role=alert]")
    assert page.css("#id_username")[0].attributes["value"] == "analyst"
    assert refused["Retry-After"] == str(15 * 60 - 12)
    clock[0] += 15 * 60 - 13
    assert sign_in(client, "correct horse battery").status_code == 429
    clock[0] += 1
    assert sign_in(client, "correct horse battery").status_code == 302


def test_nobody_locks_anybody_out_from_another_address(
    client: Client, analyst: User, configure: Configure, clock: list[float]
) -> None:
    configure(sign_ins_per_minute=5)
    for n in range(100):
        sign_in(client, "wrong", REMOTE_ADDR=f"10.0.0.{n % 10}")
    victim = Client(REMOTE_ADDR="10.0.1.1")
    assert sign_in(victim, "correct horse battery").status_code == 302
    form = {"old_password": "correct horse battery"}
    form |= dict.fromkeys(("new_password1", "new_password2"), "a better horse battery")
    assert victim.post("/settings/password/", form).status_code == 302


@pytest.mark.parametrize(
    "spelling", ["ANALYST", " analyst ", "\uff41nalyst", "Analyst\u3000", "analyst\t"]
)
def test_a_name_counts_as_one_however_it_is_written(
    client: Client, analyst: User, spelling: str
) -> None:
    for _ in range(5):
        sign_in(client, "wrong", name=spelling)
    assert sign_in(client, "correct horse battery").status_code == 429


def test_an_ipv6_network_counts_as_one_address(client: Client, analyst: User) -> None:
    for n in range(5):
        sign_in(client, "wrong", REMOTE_ADDR=f"2001:db8::{n + 1:x}")
    for address, status in (("2001:db8::ffff", 429), ("2001:db8:0:1::1", 302)):
        answer = sign_in(client, "correct horse battery", REMOTE_ADDR=address)
        assert answer.status_code == status, address


def test_an_ipv4_address_counts_as_one_however_it_is_written(client: Client, analyst: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong", REMOTE_ADDR="::ffff:10.0.0.9")
    assert sign_in(client, "x", REMOTE_ADDR="10.0.0.9").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_many_passwords_at_the_same_moment_five_are_looked_at(analyst: User) -> None:
    def attempt(n: int) -> int:
        try:
            return int(sign_in(Client(), f"wrong {n}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as attackers:
        statuses = list(attackers.map(attempt, range(16)))
    assert sorted(statuses) == [200] * 5 + [429] * 11


def test_an_administrator_unlocks_a_name(client: Client, analyst: User) -> None:
    for _ in range(6):
        sign_in(client, "wrong")
    call_command("unlock_sign_in", "Analyst")
    assert sign_in(client, "correct horse battery").status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client: Client, analyst: User) -> None:
    for _ in range(3):
        for _ in range(4):
            assert sign_in(client, "wrong").status_code == 200
        assert sign_in(client, "correct horse battery").status_code == 302
        client.logout()


def test_one_address_with_many_names_is_slowed_down(
    client: Client, configure: Configure, clock: list[float]
) -> None:
    configure(sign_ins_per_minute=1, users_per_address=3)
    answers = [sign_in(client, "123456", name=f"user{n}") for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "48"
    assert "Too many attempts" in text_of(page_of(answers[-1], status=429), "[role=alert]")


def test_the_administration_signs_in_on_the_same_page(client: Client, analyst: User) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    client.force_login(analyst)
    assert client.get("/admin/", follow=True).status_code == 403  # and no way round in circles


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (2, "5.5.5.5, 6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (2, "7.7.7.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "x" * 500, "0.0.0.0"),
    ],
)
def test_only_trusted_proxies_say_where_a_caller_is(
    configure: Configure, proxies: int, forwarded: str, address: str
) -> None:
    configure(trusted_proxies=proxies)
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1"
    )
    assert rate_limits.address_of(request) == address
