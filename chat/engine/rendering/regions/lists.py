"""Lists that grow item by item (see ``regions``): steps, passages, findings, artifacts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from chat.engine.rendering.cards import artifact_card, finding_card, passage_item, step_item
from chat.engine.rendering.citation_chips import labels_of
from chat.engine.rendering.fragments import part_id, partial
from chat.engine.rendering.status_wording import Wording
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk


class ListRegion:
    """Items never change once shown."""

    part: str  # both the field of the answer and the name of the element
    needs_labels = False  # whether items show passage numbers

    def __init__(self, turn_id: int) -> None:
        self._turn_id = turn_id
        self._shown: list[SafeString] = []
        self._new: list[SafeString] = []  # rendered, not yet on the page
        self._whole = self._dirty = False

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        renumbered = self.needs_labels and chunk.field == "passages"
        if (chunk.field == self.part and chunk.replaces) or (renumbered and self._shown):
            self._whole, self._new = True, []
        self._dirty |= self._whole or self.concerns(chunk)

    def concerns(self, chunk: StreamChunk) -> bool:
        return chunk.field == self.part

    def steps(self, answer: Answer) -> Iterator[int]:
        if not self._dirty:
            return
        known = len(self._new) + (0 if self._whole else len(self._shown))
        for at, item in enumerate(self.items(answer)[known:], start=known):
            self._new.append(self.card(item, at + 1, answer))
            yield len(self._new[-1])

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        if not self._dirty:
            return
        for _ in self.steps(answer):
            pass
        new, self._new, self._dirty = self._new, [], False
        target = part_id(self._turn_id, self.part)
        if self._whole:
            self._shown, self._whole = new, False
            yield partial(target, "innerHTML", _joined(new))
        elif new:
            self._shown += new
            yield partial(target, "beforeend", _joined(new))

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        return {self.part: _joined(self._shown)}

    def items(self, answer: Answer) -> list[Any]:
        """May only grow; existing items never change."""
        items: list[Any] = getattr(answer, self.part)
        return items

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        """``number`` counts from 1."""
        raise NotImplementedError


class StepsRegion(ListRegion):
    part = "steps"

    def __init__(self, turn_id: int, wording: Wording) -> None:
        super().__init__(turn_id)
        self._wording = wording

    def concerns(self, chunk: StreamChunk) -> bool:
        return chunk.type == "status"

    def items(self, answer: Answer) -> list[Any]:
        return self._wording.steps(answer.steps)

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return step_item(*item)


class PassagesRegion(ListRegion):
    """Passages, numbered as in the citation chips."""

    part = "passages"

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return passage_item(item, number)


class FindingsRegion(ListRegion):
    part = "findings"
    needs_labels = True

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return finding_card(item, labels_of(answer))


class ArtifactsRegion(ListRegion):
    """Artifacts as cards that open in the canvas."""

    part = "artifacts"

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return artifact_card(item, turn_id=self._turn_id, position=number)


def _joined(cards: Sequence[SafeString]) -> SafeString:
    return mark_safe("".join(cards))  # noqa: S308  each is safe
