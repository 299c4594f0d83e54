"""TextRegion: a Markdown field of a turn that grows at its end (see ``regions``)."""

from collections.abc import Iterator, Mapping

from django.utils.safestring import SafeString

from chat.engine.rendering.blocks import Heading
from chat.engine.rendering.citation_chips import Labels
from chat.engine.rendering.fragments import part_id, partial
from chat.engine.rendering.markdown import StreamingMarkdown
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk

#: The texts whose headings are in the outline.
_OUTLINED = ("analysis", "response")


class TextRegion:
    """A Markdown field: finished blocks are appended, the open end is morphed.

    A selection in a finished block survives, and no finished block is sent twice.
    """

    def __init__(self, turn_id: int, field: str, labels: Labels) -> None:
        self.field = field
        self._labels = labels
        self._final, self._tail = f"{field}-final", f"{field}-tail"
        self._final_id = part_id(turn_id, self._final)
        self._tail_id = part_id(turn_id, self._tail)
        self._heading_prefix = part_id(turn_id, f"{field}-h") if field in _OUTLINED else ""
        self._markdown = StreamingMarkdown(heading_prefix=self._heading_prefix)
        self._whole = self._dirty = False
        self._sent_tail = ""

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        if chunk.field == self.field and isinstance(chunk.content, str):
            self._grow(chunk.content, answer, replace=chunk.replaces)
        elif chunk.field == "passages":
            self._markdown.set_passages(self._labels.of(answer))
            self._dirty = True
        elif chunk.done:
            self._markdown.end()
            self._dirty = True

    def _grow(self, text: str, answer: Answer, *, replace: bool) -> None:
        if replace:
            labels = self._labels.of(answer)
            self._markdown = StreamingMarkdown(labels, heading_prefix=self._heading_prefix)
            self._whole = True
        self._markdown.feed(text)
        self._dirty = True

    def steps(self, answer: Answer) -> Iterator[int]:
        return self._markdown.steps() if self._dirty else iter(())

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        if not self._dirty:
            return
        update = self._markdown.flush()
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
        """Of the finished blocks, if headings of this text can be linked to."""
        return self._markdown.headings


def _safe(html: str) -> SafeString:
    return SafeString(html)  # the Markdown renderer drops all HTML from a model
