"""Conversations are grouped by the day they were last used."""

from datetime import UTC, date, datetime

import pytest

from chat.conversations.models import Conversation
from chat.web.sidebar import Entry, day_name, group_by_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 22), "Today"),
        (date(2026, 11, 23), "Today"),  # a clock ahead of ours
        (date(2026, 11, 21), "Yesterday"),
        (date(2026, 11, 20), "Last 7 days"),
        (date(2026, 11, 16), "Last 7 days"),
        (date(2026, 11, 15), "November 2026"),
        (date(2025, 11, 22), "November 2025"),
    ],
)
def test_days_have_the_names_people_use(day: date, name: str) -> None:
    assert day_name(day, today=TODAY) == name


def test_conversations_keep_their_order_under_one_heading_a_day() -> None:
    used = [(22, "a"), (22, "b"), (21, "c"), (19, "d"), (17, "e")]
    entries = [
        Entry(Conversation(updated_at=datetime(2026, 11, day, 12, tzinfo=UTC)), title=title)
        for day, title in used
    ]
    days = group_by_day(entries, today=TODAY)
    assert [(day.name, [entry.title for entry in day.entries]) for day in days] == [
        ("Today", ["a", "b"]),
        ("Yesterday", ["c"]),
        ("Last 7 days", ["d", "e"]),
    ]


def test_no_conversations_make_no_headings() -> None:
    assert list(group_by_day([], today=TODAY)) == []
