"""Timing of one turn, for ``StreamStats`` and the line under the answer.

The start uses the database's clock, like the time of queueing. The rest is measured from there with
a monotonic clock, so clock changes do no harm.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from chat.kernel.chunks import StreamChunk


@dataclass
class TurnClock:
    queued_at: datetime
    started_at: datetime
    _began_s: float = field(default_factory=monotonic)
    first_status_at: datetime | None = None
    first_token_at: datetime | None = None
    chunk_count: int = 0

    def see(self, chunk: StreamChunk) -> None:
        self.chunk_count += 1
        if chunk.type == "status":
            self.first_status_at = self.first_status_at or self.now()
        elif self.first_token_at is None and _is_written(chunk):
            self.first_token_at = self.now()

    def now(self) -> datetime:
        return self.started_at + timedelta(seconds=monotonic() - self._began_s)

    def elapsed_ms(self) -> int:
        """Since the worker started the turn."""
        return int((monotonic() - self._began_s) * 1000)

    def summary(self) -> dict[str, int | None]:
        """For the terminal chunk; measured from when the turn was queued, as a reader sees it."""
        first = self.first_token_at
        return {
            "first_token_ms": None if first is None else _ms(self.queued_at, first),
            "total_ms": _ms(self.queued_at, self.now()),
        }

    def as_columns(self) -> dict[str, object]:
        return {
            "started_at": self.started_at,
            "first_status_at": self.first_status_at,
            "first_token_at": self.first_token_at,
            "chunk_count": self.chunk_count,
        }


def _is_written(chunk: StreamChunk) -> bool:
    """True for text by the model, not for status lines or passages."""
    return bool(chunk.content) and chunk.field not in (None, "passages")


def _ms(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() * 1000)
