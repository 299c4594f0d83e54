"""The common interface of all dialects."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

#: An event's JSON, as the provider sent it.
Event = dict[str, Any]


class Delta(NamedTuple):
    """The next text or thinking from the model."""

    kind: Literal["text", "reasoning"]
    text: str
    part: int = 0

    @property
    def block(self) -> tuple[str, int]:
        return self.kind, self.part


class Facts:
    """What the events of one answer report besides its text."""

    __slots__ = ("reason", "refusal", "tokens_in", "tokens_out")

    def __init__(self) -> None:
        self.reason = ""  # why it ended, in the provider's words
        self.refusal = ""  # the model's refusal
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None

    def count(self, tokens_in: int | None, tokens_out: int | None) -> None:
        """Later counts are more exact: the latest of each is kept. None changes nothing."""
        self.tokens_in = self.tokens_in if tokens_in is None else tokens_in
        self.tokens_out = self.tokens_out if tokens_out is None else tokens_out


class Reading(NamedTuple):
    """Extracted from an event. ``rest``: the part that lm15 must still see, if any."""

    deltas: Sequence[Delta]
    rest: Event | None


NOTHING = Reading((), None)


class Dialect(Protocol):
    def read(self, event: Event, facts: Facts) -> Reading:
        """Takes the text out of ``event`` (changing it), and records its other facts."""

    def event_of(self, delta: Delta) -> Event:
        """An event that lm15 reads as exactly this delta."""


def sum_of(*counts: Any) -> int | None:
    """Sum of the numbers among ``counts``; None if there are none."""
    known = [count for count in counts if isinstance(count, int)]
    return sum(known) if known else None
