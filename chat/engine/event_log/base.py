"""The event log: the chunks of every live turn, with sequence numbers.

The runner appends; readers read and follow. Numbers start at 1 without gaps. A log ends with its
first chunk whose ``done`` is true; nothing can be appended after it. Ended logs are kept for a
while for readers who reconnect late; the answer itself stays in the database.

``tests/engine/event_log/contract.py`` tests what every backend must do.
"""

import abc
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from chat.kernel.chunks import StreamChunk


@dataclass(frozen=True, slots=True)
class Event:
    seq: int
    chunk: StreamChunk


class UnknownSeq(LookupError):
    """The log has no event at the reader's position.

    Either the turn is unknown here, or events were lost in a crash. The reader needs a full reset;
    waiting would never end.
    """


class LogEnded(RuntimeError):
    """The log has a terminal chunk, or was never opened."""


class LogUnavailable(RuntimeError):
    """The log could not be written or read within the time limit."""


class EventLog(abc.ABC):
    @abc.abstractmethod
    async def open(self, turn_id: int) -> None:
        """Idempotent: a waiting reader may have begun the log already."""

    @abc.abstractmethod
    async def append(self, turn_id: int, chunks: Sequence[StreamChunk]) -> int:
        """Append in order; returns the newest seq. Raises ``LogEnded``."""

    @abc.abstractmethod
    async def read(self, turn_id: int, *, after: int = 0) -> list[Event]:
        """All events with ``seq > after``, without waiting. Raises ``UnknownSeq``."""

    @abc.abstractmethod
    def follow(self, turn_id: int, *, after: int = 0) -> AsyncGenerator[Sequence[Event], None]:
        """Yields batches of new events, from ``after`` to the terminal chunk.

        Batches are never empty, and grow while the reader is busy. ``after=0`` waits for a turn
        that is unknown so far, whose worker may start later (check first that the database calls it
        live); otherwise raises ``UnknownSeq``. Close it (``aclosing``) to leave early.
        """

    @abc.abstractmethod
    async def healthy(self) -> bool: ...

    def holds(self, turn_id: int) -> bool:
        """Whether the turn's log is known to be here. Makes no request: False proves nothing."""
        return False

    def give_up(self, turn_id: int) -> None:  # noqa: B027 (where log and database are one process)
        """The turn has ended in the database: followers here get ``UnknownSeq``, unless the log has
        its end.
        """

    async def aclose(self) -> None:  # noqa: B027 (most logs have nothing to let go of)
        """Close connections and tasks; no calls may follow."""
