"""Streaming statistics: the list, its filters and search, and the line that sums them up."""

from datetime import timedelta
from math import ceil
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chat.analytics.queries import summary_of
from chat.conversations.models import Conversation, Message, StreamStats, Turn
from tests.admin.conftest import NOON, MakeTurn, parsed, text_of

LIST = "/admin/conversations/streamstats/"


def shown(client: Client, query: str = "") -> list[int]:
    page = parsed(client.get(f"{LIST}{query}"))
    return [int(cell.text()) for cell in page.css("#result_list tbody th")]


def summary(client: Client, query: str = "") -> dict[str, str]:
    page = parsed(client.get(f"{LIST}{query}"))
    return {
        row.css("dt")[0].text(): row.css("dd")[0].text() for row in page.css("#stats-summary div")
    }


def test_the_list_shows_a_turns_numbers(admin_client: Client, make_turn: MakeTurn) -> None:
    make_turn(
        first_token_ms=300,
        ended_at=NOON + timedelta(milliseconds=2300),
        tokens_out=100,
        chunk_count=210,
        frame_count=80,
        bytes_sent=12345,
        connection_count=2,
    )
    cells = [cell.text() for cell in parsed(admin_client.get(LIST)).css("#result_list tbody td")]
    assert cells[:4] == ["Answered", "openai/m", "native", "Compliance"]
    assert cells[4:11] == ["300", "2300", "50.0", "210", "80", "12345", "2"]


def test_the_summary_counts_the_filtered_rows(admin_client: Client, make_turn: MakeTurn) -> None:
    for wait_ms in range(100, 2100, 100):  # 20 turns
        make_turn(first_token_ms=wait_ms)
    make_turn(status="failed", first_token_ms=None, error_code="provider_auth", model="x/y")
    make_turn(status="interrupted", first_token_ms=None)
    make_turn(status="stopped", first_token_ms=5000)
    make_turn(status="cut", first_token_ms=None)
    make_turn(status="refused", first_token_ms=None)
    make_turn(status="running", first_token_ms=None)
    assert summary(admin_client) == {
        "Turns": "26",
        "First token, p50": "1100 ms",
        "First token, p95": "2000 ms",
        "Failed": "8.0%",  # 2 of the 25 that have ended
        "Stopped": "4.0%",
        "Cut off, withheld or refused": "8.0%",
    }
    assert summary(admin_client, "?turn__status__exact=done") == {
        "Turns": "20",
        "First token, p50": "1000 ms",
        "First token, p95": "1900 ms",
        "Failed": "0.0%",
        "Stopped": "0.0%",
        "Cut off, withheld or refused": "0.0%",
    }
    assert summary(admin_client, "?turn__error_code=provider_auth")["Failed"] == "100.0%"
    assert summary(admin_client, "?model=x%2Fy")["First token, p50"] == "—"


def test_an_empty_list_has_a_summary_too(admin_client: Client) -> None:
    assert set(summary(admin_client).values()) == {"0", "—"}


@pytest.mark.parametrize(
    "query",
    [
        "?turn__status__exact=failed",
        "?turn__error_code=provider_auth",
        "?model=x%2Fy",
        "?engine=quote",
        "?turn__analysis_type__exact=general",
        "?queued_at__gte=2026-11-23+00%3A00%3A00%2B00%3A00",
    ],
)
def test_each_filter_finds_its_turn(admin_client: Client, make_turn: MakeTurn, query: str) -> None:
    make_turn()
    other = make_turn(
        status="failed",
        error_code="provider_auth",
        model="x/y",
        engine="quote",
        analysis_type="general",
    )
    StreamStats.objects.filter(pk=other.pk).update(queued_at=NOON + timedelta(days=1))
    assert shown(admin_client, query) == [other.pk]


def test_a_filter_that_makes_no_sense_is_no_failure(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}?nothing=1").status_code == 302


def test_turns_are_found_by_question_user_and_number(
    admin_client: Client, make_turn: MakeTurn, stranger: User
) -> None:
    first = make_turn("About wires?")
    theirs = Conversation.objects.create(owner=stranger)
    second = make_turn("About cash?", conversation=theirs)
    assert shown(admin_client, "?q=wires") == [first.pk]
    assert shown(admin_client, "?q=stranger") == [second.pk]
    assert shown(admin_client, f"?q={second.pk}") == [second.pk]
    assert shown(admin_client, f"?q={2**70}") == []


@pytest.mark.parametrize("column", range(13))
def test_every_column_sorts(admin_client: Client, make_turn: MakeTurn, column: int) -> None:
    turns = {make_turn(first_token_ms=300).pk, make_turn(first_token_ms=None).pk}
    assert set(shown(admin_client, f"?o={column}")) == turns
    assert set(shown(admin_client, f"?o=-{column}")) == turns


def test_sorting_by_first_token_sorts_by_the_wait(
    admin_client: Client, make_turn: MakeTurn
) -> None:
    slow, fast = make_turn(first_token_ms=900).pk, make_turn(first_token_ms=100).pk
    assert shown(admin_client, "?o=5") == [fast, slow]
    assert shown(admin_client, "?o=-5") == [slow, fast]


def test_staff_watch_numbers_but_do_not_read_conversations(
    staff: Client, make_turn: MakeTurn
) -> None:
    turn = make_turn("A secret question?")
    assert shown(staff) == [turn.pk]
    assert "secret" not in text_of(staff.get(f"{LIST}{turn.pk}/change/"))
    assert shown(staff, "?q=secret") == []
    pages = ("conversations/conversation/", "conversations/turn/", "accounts/apitoken/")
    for path in (*pages, f"conversations/turn/{turn.pk}/change/", "library/librarynote/"):
        assert staff.get(f"/admin/{path}").status_code == 403
    index = staff.get("/admin/").content.decode()
    assert LIST in index
    assert "/admin/conversations/conversation/" not in index


def test_reviewers_may_search_in_questions(staff: Client, make_turn: MakeTurn) -> None:
    turn = make_turn("A secret question?")
    view = Permission.objects.get(codename="view_conversation")
    User.objects.get(username="staff").user_permissions.add(view)
    assert shown(staff, "?q=secret") == [turn.pk]


def test_analysts_have_no_admin(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    assert client.get(LIST).status_code == 302


class TestPercentiles(TestCase):
    """The database's percentile is the nearest rank of the sorted waits, for any waits."""

    @given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
    def test_percentiles_are_the_nearest_rank(self, waits_ms: list[int]) -> None:
        owner = User.objects.create(username="owner")
        conversation = Conversation.objects.create(owner=owner)
        for n, wait_ms in enumerate(waits_ms):
            question = Message.objects.create(conversation=conversation, sender="user", text="Q")
            turn = Turn.objects.create(
                conversation=conversation, question=question, status="done", idempotency_key=str(n)
            )
            StreamStats.objects.create(
                turn=turn,
                queued_at=NOON,
                first_token_at=NOON + timedelta(milliseconds=wait_ms),
            )
        found = summary_of(StreamStats.objects.all())
        ordered = sorted(waits_ms)
        assert found.first_token_p50_ms == ordered[ceil(0.5 * len(ordered)) - 1]
        assert found.first_token_p95_ms == ordered[ceil(0.95 * len(ordered)) - 1]


def test_the_summary_takes_three_queries(
    make_turn: MakeTurn, django_assert_num_queries: Any
) -> None:
    for wait_ms in range(100, 1100, 100):
        make_turn(first_token_ms=wait_ms)
    with django_assert_num_queries(3):
        summary_of(StreamStats.objects.all())
