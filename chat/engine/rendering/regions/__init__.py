"""Regions: the parts of a turn on the page, each tracking its changes since the last frame.

``TurnRenderer`` owns them. A region provides the ``<hx-partial>``s for a reader who has the last
frame (``changes``) and the current content of its elements (``inner``). Both are built from the
same pieces, so they cannot diverge. There is one module for texts, one for lists, and one for parts
small enough to be sent whole.
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
    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        """Note the changes in ``chunk``, already folded into ``answer``. Renders nothing.

        A text chunk is fed to its ``TextRegion`` only.
        """

    def steps(self, answer: Answer) -> Iterator[int]:
        """Prepare ``changes`` in bounded steps. Yields the number of characters rendered."""

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        """Changes since the last call."""

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        """Content of each element as of the last ``changes``: ``{"steps": "<li>…"}``."""


def regions_of(turn_id: int, wording: Wording) -> tuple[Region, ...]:
    """In the order in which a frame changes them."""
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
