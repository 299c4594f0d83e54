"""Regions: the parts of a turn on the page, each with what changed since the last frame.

``TurnRenderer`` owns them. A region answers two questions: which ``<hx-partial>``s bring a reader
who got the last frame up to date (``changes``), and what is inside its elements now (``inner``).
Both are built from the same pieces, so they cannot drift apart. The kinds of regions have modules
of their own: texts, lists, and what is small enough to be sent whole.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from django.utils.safestring import SafeString

from chat.engine.rendering.citation_chips import Labels
from chat.engine.rendering.regions.lists import (
    ArtifactsRegion,
    FindingsRegion,
    PassagesRegion,
    StepsRegion,
)
from chat.engine.rendering.regions.replaced import (
    EndRegion,
    OutlineRegion,
    StatusRegion,
    VerdictRegion,
)
from chat.engine.rendering.regions.text import TextRegion
from chat.engine.rendering.status_wording import Wording
from chat.kernel.answer import Answer
from chat.kernel.chunks import TEXT_FIELDS, StreamChunk


class Region(Protocol):
    """One part of a turn."""

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        """Note what ``chunk`` changes. ``answer`` has it folded in already. Renders nothing.

        A chunk of text is fed to its ``TextRegion`` alone.
        """

    def steps(self, answer: Answer) -> Iterator[int]:
        """What ``changes`` would do first, in bounded parts. Yields the characters rendered."""

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        """The changes since the last call."""

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        """What is inside each element now, as of the last ``changes``: ``{"steps": "<li>…"}``."""


def regions_of(turn_id: int, wording: Wording) -> tuple[Region, ...]:
    """All regions of a turn, in the order in which a frame changes them."""
    labels = Labels()
    texts = [TextRegion(turn_id, field, labels) for field in TEXT_FIELDS]
    return (
        StatusRegion(turn_id, wording),
        StepsRegion(turn_id, wording),
        PassagesRegion(turn_id),
        *texts,
        FindingsRegion(turn_id),
        ArtifactsRegion(turn_id),
        VerdictRegion(turn_id),
        OutlineRegion(turn_id, texts),
        EndRegion(turn_id),
    )
