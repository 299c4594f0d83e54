"""AnswerListener: one DSPy stream listener for all fields of a predictor.

DSPy's own listener takes one field each, drops text at ``[[`` with ChatAdapter and leaks raw JSON
with JSONAdapter. This one splits the stream once, exactly (see ``splitters``). Make a new one for
every turn: a listener shared by two turns leaks one reader's text to another.
"""

from collections.abc import Sequence
from typing import Any

import dspy
from dspy.streaming import StreamListener, StreamResponse

from chat.engine.assistant.field_splitters import ChatSplitter, Delta, JSONSplitter, Splitter
from chat.kernel.errors import AnswerTooLong

#: Queues and patterns for what this class does in another way: 9 KB a turn.
_OF_DSPYS_SCANNING = ("field_end_queue", "adapter_identifiers")


class AnswerListener(StreamListener):
    """``streamify`` yields what ``receive`` returns: a list of ``StreamResponse``, never empty."""

    def __init__(
        self, predict: dspy.Predict, *, predict_name: str, adapter: dspy.Adapter, max_chars: int
    ) -> None:
        """Of more than ``max_chars`` characters of output nothing is heard: ``AnswerTooLong``."""
        super().__init__(signature_field_name="*", predict=predict, predict_name=predict_name)
        for unused in _OF_DSPYS_SCANNING:
            self.__dict__.pop(unused, None)
        fields = predict.signature.output_fields
        self._splitter: Splitter = (
            JSONSplitter(fields) if isinstance(adapter, dspy.JSONAdapter) else ChatSplitter(fields)
        )
        self._chars_left = max_chars
        self._ahead = 0  # characters that were heard and that DSPy will bring again

    def receive(self, chunk: Any) -> Sequence[StreamResponse] | None:
        text = chunk.choices[0].delta.content
        if not text:
            return None
        known = min(self._ahead, len(text))
        self._ahead -= known
        if known == len(text):
            return None
        self._chars_left -= len(text) - known
        if self._chars_left < 0:
            raise AnswerTooLong
        return self._responses(self._splitter.feed(text[known:]))

    def has_room_for(self, text: str) -> bool:
        """Whether ``hear`` may take it. If not, DSPy brings it to ``receive``, which raises."""
        return len(text) <= self._chars_left

    def hear(self, text: str) -> Sequence[StreamResponse]:
        """Text that DSPy will bring later, in its place (see ``shortcut``)."""
        self._ahead += len(text)
        self._chars_left -= len(text)
        return self._responses(self._splitter.feed(text))

    def finalize(self) -> Sequence[StreamResponse] | None:
        return self._responses(self._splitter.finish())

    def _responses(self, deltas: list[Delta]) -> Sequence[StreamResponse]:
        if deltas:
            self.stream_start = True
        return [
            StreamResponse(self.predict_name, field, text, is_last_chunk=False)
            for field, text in deltas
        ]
