"""Regions: the parts of a turn on the page, each with what changed since the last frame.

``TurnRenderer`` owns them. A region answers two questions: which ``<hx-partial>``s bring a reader
who got the last frame up to date (``changes``), and what is inside its elements now (``inner``).
Both are built from the same pieces, so they cannot drift apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.utils.safestring import SafeString, mark_safe

from chat.answer import Answer
from chat.chunks import TEXT_FIELDS, StreamChunk
from chat.rendering.blocks import Heading
from chat.rendering.cards import (
    artifact_card,
    checked_line,
    finding_card,
    outline,
    passage_item,
    step_item,
    turn_end,
)
from chat.rendering.citation_chips import PassageLabel
from chat.rendering.fragments import part_id, partial
from chat.rendering.markdown import StreamingMarkdown
from chat.rendering.wording import Wording
from chat.rendering.words import status_line

NOTHING = SafeString("")
#: The texts whose headings an outline lists, and how long they must be to need one.
_OUTLINED = ("analysis", "response")
_OUTLINED_FROM_CHARS, _OUTLINED_FROM_HEADINGS = 2_500, 3


class Region(Protocol):
    """One part of a turn."""

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        """Note what ``chunk`` changes. ``answer`` has it folded in already. Renders nothing.

        A chunk of text is fed to its ``TextRegion`` alone.
        """

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        """The changes since the last call."""

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        """What is inside each element now, as of the last ``changes``: ``{"steps": "<li>…"}``."""


def regions_of(turn_id: int, wording: Wording) -> tuple[Region, ...]:
    """All regions of a turn, in the order in which a frame changes them."""
    texts = [TextRegion(turn_id, field) for field in TEXT_FIELDS]
    return (
        StatusRegion(turn_id, wording),
        StepsRegion(turn_id, wording),
        PassagesRegion(turn_id),
        *texts,
        FindingsRegion(turn_id),
        ArtifactsRegion(turn_id),
        CheckedRegion(turn_id),
        OutlineRegion(turn_id, texts),
        EndRegion(turn_id),
    )


class TextRegion:
    """A markdown field: finished blocks are appended, the open end is morphed.

    A selection in a finished block survives, and nothing that was read is sent again.
    """

    def __init__(self, turn_id: int, field: str) -> None:
        self.field = field
        self._final, self._tail = f"{field}-final", f"{field}-tail"
        self._final_id = part_id(turn_id, self._final)
        self._tail_id = part_id(turn_id, self._tail)
        self._labels: dict[str, PassageLabel] = {}
        self._heading_prefix = part_id(turn_id, f"{field}-h") if field in _OUTLINED else ""
        self._markdown = StreamingMarkdown(heading_prefix=self._heading_prefix)
        self._whole = self._dirty = self._finished = False
        self._sent_tail = ""

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        if chunk.field == self.field and isinstance(chunk.content, str):
            self._grow(chunk.content, replace=chunk.replaces)
        elif chunk.field == "passages":
            self._labels = labels_of(answer)
            self._markdown.set_passages(self._labels)
            self._dirty = True
        elif chunk.done:
            self._dirty = self._finished = True

    def _grow(self, text: str, *, replace: bool) -> None:
        if replace:
            self._markdown = StreamingMarkdown(self._labels, heading_prefix=self._heading_prefix)
            self._whole = True
        self._markdown.feed(text)
        self._dirty = True

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        if not self._dirty:
            return
        update = self._markdown.finish() if self._finished else self._markdown.flush()
        if self._whole or update.reset_html is not None:
            yield partial(self._final_id, "innerHTML", _safe(self._markdown.final_html))
        elif update.appended_html:
            yield partial(self._final_id, "beforeend", _safe(update.appended_html))
        if update.tail_html != self._sent_tail:
            yield partial(self._tail_id, "innerMorph", _safe(update.tail_html))
            self._sent_tail = update.tail_html
        self._whole = self._dirty = False

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        return {
            self._final: _safe(self._markdown.final_html),
            self._tail: _safe(self._markdown.tail_html),
        }

    @property
    def headings(self) -> list[Heading]:
        """Of the finished blocks, where this text's headings can be linked to."""
        return self._markdown.headings


class ListRegion:
    """A list that grows item by item; items stay as they are once shown."""

    part: str  # both the field of the answer and the name of the element
    needs_labels = False  # whether items show passages' numbers

    def __init__(self, turn_id: int) -> None:
        self._turn_id = turn_id
        self._shown: list[SafeString] = []
        self._whole = self._dirty = False

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        renumbered = self.needs_labels and chunk.field == "passages"
        if (chunk.field == self.part and chunk.replaces) or (renumbered and self._shown):
            self._whole = True
        self._dirty |= self._whole or self.concerns(chunk)

    def concerns(self, chunk: StreamChunk) -> bool:
        """Whether this chunk may bring new items."""
        return chunk.field == self.part

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        if not self._dirty:
            return
        self._dirty = False
        target = part_id(self._turn_id, self.part)
        if self._whole:
            self._shown, self._whole = list(self._cards(answer, since=0)), False
            yield partial(target, "innerHTML", _joined(self._shown))
        elif new := list(self._cards(answer, since=len(self._shown))):
            self._shown += new
            yield partial(target, "beforeend", _joined(new))

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        return {self.part: _joined(self._shown)}

    def _cards(self, answer: Answer, *, since: int) -> Iterator[SafeString]:
        for at, item in enumerate(self.items(answer)[since:], start=since):
            yield self.card(item, at + 1, answer)

    def items(self, answer: Answer) -> list[Any]:
        """What is in the list; once an item is there, it stays as it is."""
        items: list[Any] = getattr(answer, self.part)
        return items

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        """The item's HTML; ``number`` counts from 1."""
        raise NotImplementedError


class StepsRegion(ListRegion):
    """What was done so far, with times."""

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
    """What was read, numbered as in the citation chips."""

    part = "passages"

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return passage_item(item, number)


class FindingsRegion(ListRegion):
    """Findings as cards."""

    part = "findings"
    needs_labels = True

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return finding_card(item, labels_of(answer))


class ArtifactsRegion(ListRegion):
    """Artifacts as cards that open in the canvas."""

    part = "artifacts"

    def card(self, item: Any, number: int, answer: Answer) -> SafeString:
        return artifact_card(item, turn_id=self._turn_id, position=number)


class WholeRegion:
    """A small part that is sent whole whenever it differs from what the reader has."""

    part: str

    def __init__(self, turn_id: int) -> None:
        self._turn_id = turn_id
        self._dirty = False
        self._shown = self.render(Answer())

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty = True

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        html = self.render(answer) if self._dirty else self._shown
        self._dirty = False
        if html != self._shown:
            self._shown = html
            yield partial(part_id(self._turn_id, self.part), "innerHTML", html)

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        return {self.part: self._shown}

    def render(self, answer: Answer) -> SafeString:
        """The part's HTML for this answer."""
        raise NotImplementedError


class StatusRegion(WholeRegion):
    """The line that says what happens now, or how it ended."""

    part = "status"

    def __init__(self, turn_id: int, wording: Wording) -> None:
        self._wording = wording
        super().__init__(turn_id)

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.type == "status" or chunk.done

    def render(self, answer: Answer) -> SafeString:
        return status_line(answer, self._wording)


class CheckedRegion(WholeRegion):
    """How many quotes were checked, and whether they are in their passages."""

    part = "citations"

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.field == "citations"

    def render(self, answer: Answer) -> SafeString:
        return checked_line(answer.citations)


class OutlineRegion(WholeRegion):
    """Links to the headings of a long answer, once it is complete."""

    part = "outline"

    def __init__(self, turn_id: int, texts: Sequence[TextRegion]) -> None:
        self._texts = texts
        super().__init__(turn_id)

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.done

    def render(self, answer: Answer) -> SafeString:
        size_chars = len(answer.analysis) + len(answer.response)
        if answer.outcome is None or size_chars < _OUTLINED_FROM_CHARS:
            return NOTHING
        headings = [heading for text in self._texts for heading in text.headings if heading.text]
        enough = len(headings) >= _OUTLINED_FROM_HEADINGS
        return outline(headings, self._turn_id) if enough else NOTHING


class EndRegion(WholeRegion):
    """The footer: how it ended, what can be done next, and the numbers."""

    part = "end"

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.done

    def render(self, answer: Answer) -> SafeString:
        return turn_end(answer, self._turn_id) if answer.outcome else NOTHING


def labels_of(answer: Answer) -> dict[str, PassageLabel]:
    """What the citation chips of an answer need to know of its passages."""
    return {
        passage["id"]: PassageLabel(number=number, title=passage["title"], text=passage["text"])
        for number, passage in enumerate(answer.passages, start=1)
    }


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  the markdown renderer lets no HTML of a model through


def _joined(cards: list[SafeString]) -> SafeString:
    return _safe("".join(cards))
