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

#: Queues and patterns for what this class does in another way: 9 KB a turn.
_OF_DSPYS_SCANNING = ("field_end_queue", "adapter_identifiers")


class AnswerListener(StreamListener):
    """``streamify`` yields what ``receive`` returns: a list of ``StreamResponse``, never empty."""

    def __init__(self, predict: dspy.Predict, *, predict_name: str, adapter: dspy.Adapter) -> None:
        super().__init__(signature_field_name="*", predict=predict, predict_name=predict_name)
        for unused in _OF_DSPYS_SCANNING:
            self.__dict__.pop(unused, None)
        fields = predict.signature.output_fields
        self._splitter: Splitter = (
            JSONSplitter(fields) if isinstance(adapter, dspy.JSONAdapter) else ChatSplitter(fields)
        )
        self._ahead = 0  # characters that were heard and that DSPy will bring again

    def receive(self, chunk: Any) -> Sequence[StreamResponse] | None:
        text = chunk.choices[0].delta.content
        if not text:
            return None
        known = min(self._ahead, len(text))
        self._ahead -= known
        return self._responses(self._splitter.feed(text[known:])) if known < len(text) else None

    def hear(self, text: str) -> Sequence[StreamResponse]:
        """Text that DSPy will bring later, in its place (see ``shortcut``)."""
        self._ahead += len(text)
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
