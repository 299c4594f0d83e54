"""Tokens per second: a page and the admin say the same of a turn."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.conversations.models import StreamStats
from chat.engine.rendering.captions import numbers
from chat.kernel.answer import Answer

QUEUED = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tokens_out", "first_ms", "total_ms", "rate"),
    [
        (100, 300, 2300, 50.0),
        (1, 300, 301, 1000.0),
        (100, 300, 300, None),  # in one piece
        (100, None, 2300, None),
        (100, 300, None, None),
        (0, 300, 2300, None),
        (None, 300, 2300, None),
    ],
)
def test_a_page_and_the_admin_say_the_same(
    tokens_out: int | None, first_ms: int | None, total_ms: int | None, rate: float | None
) -> None:
    def at(ms: int | None) -> datetime | None:
        return None if ms is None else QUEUED + timedelta(milliseconds=ms)

    stats = StreamStats(
        queued_at=QUEUED,
        first_token_at=at(first_ms),
        ended_at=at(total_ms),
        tokens_out=tokens_out,
    )
    facts = {"tokens_out": tokens_out, "first_token_ms": first_ms, "total_ms": total_ms}
    said = [line for line in numbers(Answer(metadata=facts)) if "per second" in line]
    assert stats.tokens_per_second == rate
    assert said == ([] if rate is None else [f"{round(rate):,} tokens per second"])
