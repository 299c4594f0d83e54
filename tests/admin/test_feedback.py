"""Feedback in the administration: its list and filters, transcripts, statistics, the export."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from chat.conversations.feedback.queries import feedback_summary
from chat.conversations.models import Feedback, StreamStats
from tests.admin.conftest import MakeTurn, parsed, text_of

LIST = "/admin/conversations/feedback/"


@pytest.fixture
def judged(analyst: User, stranger: User, make_turn: MakeTurn) -> list[Feedback]:
    """Three judgements of two answers: one good, two bad."""
    first, second = make_turn("How long?"), make_turn("Who?", model="")
    Feedback.objects.create(user=analyst, turn=first, rating="up", comment="Just right")
    reasons = "wrong_fact too_long"
    Feedback.objects.create(
        user=analyst, turn=second, rating="down", reasons=reasons, comment="<script>x</script>"
    )
    Feedback.objects.create(user=stranger, turn=second, rating="down", reasons="too_long")
    return list(Feedback.objects.order_by("pk"))


def rows(client: Client, query: str) -> int:
    return len(parsed(client.get(LIST + query)).css("#result_list tbody tr"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?rating=up", 1),
        ("?reason=too_long", 2),
        ("?reason=wrong_fact", 1),
        ("?reason=unknown", 3),
        ("?q=script", 1),
        ("?turn__stats__model__exact=openai/m", 1),
    ],
)
def test_the_list_is_filtered_by_rating_reason_model_and_words(
    admin_client: Client, judged: list[Feedback], query: str, count: int
) -> None:
    assert rows(admin_client, query) == count


def test_each_row_leads_to_the_transcript_that_shows_what_was_said(
    admin_client: Client, judged: list[Feedback]
) -> None:
    page = parsed(admin_client.get(LIST + "?reason=wrong_fact"))
    link = page.css_first(".field-transcript a, td a[href*='/turn/']")
    assert link is not None
    answer = admin_client.get(str(link.attributes["href"]))
    said = parsed(answer).css(".said")
    assert [each.attributes["data-rating"] for each in said] == ["down", "down"]
    assert "A fact is wrong, It is too long" in said[0].text()
    assert "<script>x</script>" in said[0].text()
    assert not parsed(answer).css(".said script")


def test_statistics_count_by_model_kind_and_reason(
    staff: Client, judged: list[Feedback], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        summary = feedback_summary(StreamStats.objects.all())
    assert (summary.up, summary.down) == (1, 2)
    groups = [(each.model, each.kind, each.up, each.down) for each in summary.groups]
    assert groups == [("", "Compliance", 0, 2), ("openai/m", "Compliance", 1, 0)]
    assert summary.reasons == [("It is too long", 2), ("A fact is wrong", 1)]
    text = text_of(staff.get("/admin/conversations/streamstats/"))
    assert "Feedback: 1 helpful, 2 not helpful" in text
    assert "Just right" not in text  # counts only: staff may see them without reading
    assert "Feedback" not in text_of(
        staff.get("/admin/conversations/streamstats/?turn__status__exact=failed")
    )


def test_staff_without_the_right_to_review_read_no_feedback(
    staff: Client, judged: list[Feedback]
) -> None:
    assert staff.get(LIST).status_code == 403


def test_judged_answers_are_written_as_json_lines(
    judged: list[Feedback], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_feedback")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["rating"] for line in lines] == ["up", "down", "down"]
    assert lines[0]["question"] == "How long?"
    assert "30 calendar days" in lines[0]["answer"]["response"]
    assert lines[0]["passages"][0]["text"]
    assert lines[1]["reasons"] == ["wrong_fact", "too_long"]
    call_command("export_feedback", rating="up")
    assert len(capsys.readouterr().out.splitlines()) == 1
