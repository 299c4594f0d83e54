"""AnswerListener: one DSPy stream listener for all fields of a predictor.

DSPy's own listener takes one field each, drops text at ``[[`` with ChatAdapter and leaks raw JSON
with JSONAdapter. This one reads the stream once, as the adapter reads the whole (see
``chat.engine.providers.output.reader``). Make a new one for every turn: a listener shared by two
turns leaks one reader's text to another.
"""

from collections.abc import Sequence
from typing import Any

import dspy
from dspy.streaming import StreamListener, StreamResponse

from chat.engine.providers.end_of_answer import tell_reason
from chat.engine.providers.output.field_set import Delta
from chat.engine.providers.output.reader import AnswerReader
from chat.engine.providers.output.settling import fields_of
from chat.kernel.answer_errors import AnswerTooLong

#: Queues and patterns for what this class does in another way: 9 KB a turn.
_OF_DSPYS_SCANNING = ("field_end_queue", "adapter_identifiers")
#: The "field" of what a model thinks outside of its answer.
NATIVE_REASONING = "native_reasoning"


class WholeValue(StreamResponse):
    """``chunk`` is all of the field's text, and replaces what came before."""


class AnswerListener(StreamListener):
    """``streamify`` yields what ``receive`` returns: a list of ``StreamResponse``, never empty."""

    def __init__(self, predict: dspy.Predict, *, predict_name: str, max_chars: int) -> None:
        """Of more than ``max_chars`` characters of output nothing is heard: ``AnswerTooLong``."""
        super().__init__(signature_field_name="*", predict=predict, predict_name=predict_name)
        for unused in _OF_DSPYS_SCANNING:
            self.__dict__.pop(unused, None)
        self._reader = AnswerReader(fields_of(predict.signature))
        self._chars_left = max_chars
        self._ahead = self._thought_ahead = 0  # characters heard, that DSPy will bring again

    def receive(self, chunk: Any) -> Sequence[StreamResponse] | None:
        choice = chunk.choices[0]
        if reason := getattr(choice, "finish_reason", None):
            tell_reason(reason)
        delta = choice.delta
        if thought := getattr(delta, "reasoning_content", None):
            self._thought_ahead, news = _news(thought, self._thought_ahead)
            self._spend(news)
            return self._thoughts(news) if news else None
        self._ahead, news = _news(delta.content or "", self._ahead)
        self._spend(news)
        return self._responses(self._reader.feed(news)) if news else None

    def _spend(self, text: str) -> None:
        self._chars_left -= len(text)
        if self._chars_left < 0:
            raise AnswerTooLong

    def has_room_for(self, text: str) -> bool:
        """Whether ``hear`` may take it. If not, DSPy brings it to ``receive``, which raises."""
        return len(text) <= self._chars_left

    def hear(self, text: str) -> Sequence[StreamResponse]:
        """Text that DSPy will bring later, in its place (see ``shortcut``)."""
        self._ahead += len(text)
        self._chars_left -= len(text)
        return self._responses(self._reader.feed(text))

    def hear_thought(self, text: str) -> Sequence[StreamResponse]:
        self._thought_ahead += len(text)
        self._chars_left -= len(text)
        return self._thoughts(text)

    def finalize(self) -> Sequence[StreamResponse] | None:
        """The rest, and that it is over: a list may be read only when it is whole."""
        rest = self._responses(self._reader.finish())
        if not self.stream_start:
            return None
        return [*rest, StreamResponse(self.predict_name, "", "", is_last_chunk=True)]

    def _thoughts(self, text: str) -> Sequence[StreamResponse]:
        return self._responses([Delta(NATIVE_REASONING, text)])

    def _responses(self, deltas: list[Delta]) -> Sequence[StreamResponse]:
        if deltas:
            self.stream_start = True
        return [
            (WholeValue if replaces else StreamResponse)(
                self.predict_name, field, text, is_last_chunk=False
            )
            for field, text, replaces in deltas
        ]


def _news(text: str, ahead: int) -> tuple[int, str]:
    """What of ``text`` was not heard yet, and how many characters are still ahead after it."""
    known = min(ahead, len(text))
    return ahead - known, text[known:]
