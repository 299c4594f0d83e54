"""Timing one turn: the moments and counts that end in ``StreamStats`` and under the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from chat.chunks import StreamChunk


@dataclass
class TurnClock:
    """Sees every chunk of a turn as it is made."""

    queued_at: datetime
    started_at: datetime = field(default_factory=timezone.now)
    first_status_at: datetime | None = None
    first_token_at: datetime | None = None
    chunk_count: int = 0

    def see(self, chunk: StreamChunk) -> None:
        self.chunk_count += 1
        if chunk.type == "status":
            self.first_status_at = self.first_status_at or timezone.now()
        elif self.first_token_at is None and _is_written(chunk):
            self.first_token_at = timezone.now()

    def elapsed_ms(self) -> int:
        """Since the worker started the turn."""
        return _ms(self.started_at, timezone.now())

    def summary(self) -> dict[str, int | None]:
        """What the terminal chunk says about time, from the reader's view: since queued."""
        first = self.first_token_at
        return {
            "first_token_ms": None if first is None else _ms(self.queued_at, first),
            "total_ms": _ms(self.queued_at, timezone.now()),
        }

    def as_columns(self) -> dict[str, Any]:
        """The columns of ``StreamStats`` that are known now."""
        return {
            "started_at": self.started_at,
            "first_status_at": self.first_status_at,
            "first_token_at": self.first_token_at,
            "chunk_count": self.chunk_count,
        }


def _is_written(chunk: StreamChunk) -> bool:
    """Something the model wrote: not a status line, not the passages that were read before."""
    return bool(chunk.content) and chunk.field not in (None, "passages")


def _ms(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() * 1000)
