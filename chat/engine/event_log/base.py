"""The event log: the chunks of every live turn, each with a sequence number.

The runner appends; readers read and follow. A chunk is written once; HTML and JSON are two
renderings of it. Numbers start at 1 and have no gaps. The log of a turn ends with its first chunk
whose ``done`` is true; nothing can be appended after it. Ended logs are kept for a while, so that
a reader who reconnects late still gets every event; the database keeps the answer for good.

``tests/engine/event_log/contract.py`` states what every backend must do.
"""

import abc
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from chat.kernel.chunks import StreamChunk


@dataclass(frozen=True, slots=True)
class Event:
    """A chunk and its place in the log of its turn."""

    seq: int
    chunk: StreamChunk


class UnknownSeq(LookupError):
    """The log does not reach to the event after which a reader wants to go on.

    The turn is unknown here, or the reader is ahead of us (we lost events in a crash). Its reader
    needs a full reset; waiting would last for ever.
    """


class LogEnded(RuntimeError):
    """Somebody tried to append after the terminal chunk, or to a turn that is not open."""


class LogUnavailable(RuntimeError):
    """The log could not be written or read for longer than anybody should wait."""


class EventLog(abc.ABC):
    """Append, read and follow the events of turns. One instance serves a whole process."""

    @abc.abstractmethod
    async def open(self, turn_id: int) -> None:
        """Begin the log of a turn; nothing happens if a waiting reader has begun it already."""

    @abc.abstractmethod
    async def append(self, turn_id: int, chunks: Sequence[StreamChunk]) -> int:
        """Add ``chunks`` in order; returns the newest seq. Raises ``LogEnded``."""

    @abc.abstractmethod
    async def read(self, turn_id: int, *, after: int = 0) -> list[Event]:
        """Everything there is with ``seq > after``, at once. Raises ``UnknownSeq``."""

    @abc.abstractmethod
    def follow(self, turn_id: int, *, after: int = 0) -> AsyncGenerator[Sequence[Event], None]:
        """Batches of all that is new, from ``after`` to the terminal chunk; then it ends.

        A batch is never empty and grows while its reader is busy. A reader may come before the
        turn's worker: ``after=0`` waits for the first event of a turn that is unknown so far
        (ask the database first whether it is live). Otherwise raises ``UnknownSeq``.
        Close it (``aclosing``) when you leave before the end.
        """

    @abc.abstractmethod
    async def healthy(self) -> bool:
        """Whether the log can be written and read right now."""

    def holds(self, turn_id: int) -> bool:
        """Whether the turn's log is certainly here. Asks nobody, so False says nothing."""
        return False

    def give_up(self, turn_id: int) -> None:  # noqa: B027 (where log and database are one process)
        """The turn has ended in the database: followers here get ``UnknownSeq`` unless the log
        tells them the end itself.
        """

    async def aclose(self) -> None:  # noqa: B027 (most logs have nothing to let go of)
        """Let go of connections and tasks; nobody may follow or append any more."""
