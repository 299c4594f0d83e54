"""What every dialect tells, in Oliver's words."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

#: An event's JSON, as the provider sent it.
Event = dict[str, Any]


class Delta(NamedTuple):
    """Text that the model wrote, or thought, next."""

    kind: Literal["text", "reasoning"]
    text: str
    part: int = 0

    @property
    def block(self) -> tuple[str, int]:
        """The part of the message that grows."""
        return self.kind, self.part


class Facts:
    """What the events of one answer told besides its text."""

    __slots__ = ("reason", "refusal", "tokens_in", "tokens_out")

    def __init__(self) -> None:
        self.reason = ""  # why it ended, in the provider's word
        self.refusal = ""  # the words in which the model refused
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None

    def count(self, tokens_in: int | None, tokens_out: int | None) -> None:
        """Counts only grow more exact: the latest of each is kept, and one left out stays."""
        self.tokens_in = self.tokens_in if tokens_in is None else tokens_in
        self.tokens_out = self.tokens_out if tokens_out is None else tokens_out


class Reading(NamedTuple):
    """What was taken out of an event. ``rest``: what lm15 still has to see of it, if anything."""

    deltas: Sequence[Delta]
    rest: Event | None


NOTHING = Reading((), None)


class Dialect(Protocol):
    def read(self, event: Event, facts: Facts) -> Reading:
        """Takes the text out of ``event`` (changing it), and notes what else it tells."""

    def event_of(self, delta: Delta) -> Event:
        """An event that lm15 reads as this delta and nothing else."""


def sum_of(*counts: Any) -> int | None:
    """The sum of those that are numbers; None if none is."""
    known = [count for count in counts if isinstance(count, int)]
    return sum(known) if known else None
