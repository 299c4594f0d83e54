"""The shortcut: a model's text goes from the transport straight to the turn's listener.

In between, DSPy has seven async generators, a task and a queue, which cost more for each batch of
tokens than everything else Oliver does with it. So the transport gives the text to the listener
first, and to DSPy later in larger pieces; the listener knows which text it has already heard.

``streaming`` opens one for each turn, ``transport`` writes to it and ``listener`` hears. If any of
them does not take part (another engine, dialect or predictor), all text goes through DSPy, and
nothing else changes.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, Protocol

import dspy
from dspy.streaming import StreamResponse

from chat.engine.providers.dialects.base import Delta
from chat.engine.providers.stream_inbox import Inbox

_open: ContextVar["Shortcut | None"] = ContextVar("shortcut", default=None)


class Hears(Protocol):
    """A listener that takes text before DSPy brings it (``chat.engine.assistant.listener``)."""

    def has_room_for(self, text: str) -> bool: ...

    def hear(self, text: str) -> Sequence[StreamResponse]: ...

    def hear_thought(self, text: str) -> Sequence[StreamResponse]: ...


class Shortcut:
    def __init__(self, listener: Hears, predict: dspy.Predict, inbox: Inbox) -> None:
        """``listener`` listens to ``predict``; the resulting items go to ``inbox``."""
        self._listener = listener
        self._predict = predict
        self._inbox = inbox

    def open(self) -> None:
        """Applies to requests made in this context."""
        _open.set(self)

    def leads_to_the_caller(self) -> bool:
        """Whether the current request is the one whose answer we listen to."""
        return dspy.settings.caller_predict is self._predict

    def take(self, delta: Delta, through_dspy: Any) -> bool:
        """False: ``delta`` must reach the listener through DSPy."""
        listener = self._listener
        has_room = self._inbox.has_room() and listener.has_room_for(delta.text)
        if not (_is_idle(through_dspy) and has_room):
            return False  # text already on its way comes first
        hear = listener.hear if delta.kind == "text" else listener.hear_thought
        if responses := hear(delta.text):
            self._inbox.add(responses)
        return True


def _is_idle(stream: Any) -> bool:
    """Whether everything sent was received and the receiver waits for more."""
    statistics = stream.statistics()
    return statistics.tasks_waiting_receive > 0 and not statistics.current_buffer_used


def shortcut_of_this_request() -> Callable[[Delta], bool] | None:
    shortcut, stream = _open.get(), dspy.settings.send_stream
    if shortcut is None or stream is None or not shortcut.leads_to_the_caller():
        return None
    return lambda delta: shortcut.take(delta, stream)
