"""The journal of a run: what was killed when, by one clock, and what readers were told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from chat.kernel.answer import Answer


@dataclass
class Reading:
    """What one reader of a turn has at the end."""

    ended: bool = False
    connections: int = 0
    problems: list[str] = field(default_factory=list)
    answer: Answer | None = None  # of a program
    parts: dict[str, str] | None = None  # of a page: the HTML inside each element by its id


@dataclass
class Asked:
    """One question and all that is known of it outside of the site."""

    marker: str
    posts: int = 0
    turn_id: int | None = None
    page_url: str = ""
    readings: list[Reading] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Journal:
    """Written by the monkey and the readers, read by the judge."""

    began_at: float = field(default_factory=monotonic)
    asked: list[Asked] = field(default_factory=list)
    deaths: dict[int, float] = field(default_factory=dict)  # process id: when its worker was killed
    absences: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def died(self, pid: int) -> None:
        self.deaths[pid] = monotonic()

    @contextmanager
    def away(self, service: str) -> Iterator[None]:
        began = monotonic()
        try:
            yield
        finally:
            self.absences.setdefault(service, []).append((began, monotonic()))
