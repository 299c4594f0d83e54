"""The shortcut: a model's text goes from the transport straight to the turn's listener.

Between the two DSPy has seven async generators, a task and a queue, which for each batch of tokens
cost more than all else that Oliver does with it. So the transport lets the listener hear the text
first, and gives DSPy the same text later, in larger pieces; the listener knows what it has heard.

``streaming`` opens one for each turn, ``transport`` speaks into it and ``listener`` hears. Where
any of them does not take part (another engine, another dialect, another predictor), text goes
DSPy's way alone, and nothing else changes.
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
    """From the transport to one listener."""

    def __init__(self, listener: Hears, predict: dspy.Predict, inbox: Inbox) -> None:
        """``listener`` listens to ``predict``; what it makes of the text goes to ``inbox``."""
        self._listener = listener
        self._predict = predict
        self._inbox = inbox

    def open(self) -> None:
        """For the requests that are made in this context."""
        _open.set(self)

    def leads_to_the_caller(self) -> bool:
        """Whether the request that is being made now is the one whose answer we listen to."""
        return dspy.settings.caller_predict is self._predict

    def take(self, delta: Delta, through_dspy: Any) -> bool:
        """Let the listener hear ``delta``. False: DSPy must tell it, by its stream."""
        listener = self._listener
        has_room = self._inbox.has_room() and listener.has_room_for(delta.text)
        if not (_is_idle(through_dspy) and has_room):
            return False  # what is on its way comes first
        hear = listener.hear if delta.kind == "text" else listener.hear_thought
        if responses := hear(delta.text):
            self._inbox.add(responses)
        return True


def _is_idle(stream: Any) -> bool:
    """Whether all that was sent has been received, and its receiver waits for more."""
    statistics = stream.statistics()
    return statistics.tasks_waiting_receive > 0 and not statistics.current_buffer_used


def shortcut_of_this_request() -> Callable[[Delta], bool] | None:
    """Takes text, as ``Shortcut.take`` does, from the response to the request made now."""
    shortcut, stream = _open.get(), dspy.settings.send_stream
    if shortcut is None or stream is None or not shortcut.leads_to_the_caller():
        return None
    return lambda delta: shortcut.take(delta, stream)
