"""Small parts of a turn, sent whole when they change (see ``regions``).

The status line, the verdict, the outline and the footer.
"""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.safestring import SafeString

from chat.engine.rendering.captions import status_line
from chat.engine.rendering.cards import outline, turn_end, verdict_line
from chat.engine.rendering.fragments import part_id, partial
from chat.engine.rendering.regions.text import TextRegion
from chat.engine.rendering.status_wording import Wording
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk

NOTHING = SafeString("")
#: Minimum length and number of headings for an outline.
_OUTLINED_FROM_CHARS, _OUTLINED_FROM_HEADINGS = 2_500, 3


class WholeRegion:
    part: str

    def __init__(self, turn_id: int) -> None:
        self._turn_id = turn_id
        self._dirty = False
        self._shown = self.render(Answer())

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty = True

    def steps(self, answer: Answer) -> Iterator[int]:
        return iter(())

    def changes(self, answer: Answer) -> Iterator[SafeString]:
        html = self.render(answer) if self._dirty else self._shown
        self._dirty = False
        if html != self._shown:
            self._shown = html
            yield partial(part_id(self._turn_id, self.part), "innerHTML", html)

    def inner(self, answer: Answer) -> Mapping[str, SafeString]:
        return {self.part: self._shown}

    def render(self, answer: Answer) -> SafeString:
        raise NotImplementedError


class StatusRegion(WholeRegion):
    """What is happening now, or how the answer ended."""

    part = "status"

    def __init__(self, turn_id: int, wording: Wording) -> None:
        self._wording = wording
        super().__init__(turn_id)

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.type == "status" or chunk.done

    def render(self, answer: Answer) -> SafeString:
        return status_line(answer, self._wording)


class VerdictRegion(WholeRegion):
    """Result of checking all quotes, citations and numbers, once the answer is complete."""

    part = "citations"

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.done

    def render(self, answer: Answer) -> SafeString:
        return NOTHING if answer.outcome is None else verdict_line(answer)


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
    """The footer: outcome, next actions, and the numbers."""

    part = "end"

    def feed(self, chunk: StreamChunk, answer: Answer) -> None:
        self._dirty |= chunk.done

    def render(self, answer: Answer) -> SafeString:
        return turn_end(answer, self._turn_id) if answer.outcome else NOTHING
