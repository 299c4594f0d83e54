"""Status lines: reports the program's stages (``chat.kernel.stages``) into its stream.

DSPy calls back at the start and end of modules, models and tools. Its own callback starts a thread
and an event loop per message, and deadlocks when the stream's buffer is full. This one never
blocks.
"""

from collections.abc import Callable

import anyio
import dspy
from dspy.streaming.messages import StatusMessage, StatusMessageProvider, StatusStreamingCallback

from chat.kernel.passages import Retrieved
from chat.kernel.stages import Said


class OliverStatusMessageProvider(StatusMessageProvider):
    """Maps the start of a call to its stage and facts, or None."""

    def __init__(self, *, lm_start: Said) -> None:
        self._lm_start = lm_start

    def module_start_status_message(
        self, instance: object, inputs: dict[str, object]
    ) -> Said | None:
        # Predictors are modules too; the status lines of their models say more.
        return None if isinstance(instance, dspy.Predict) else Said.of("question")

    def module_end_status_message(self, outputs: object) -> Said | None:
        return Said.of("check")

    def tool_start_status_message(self, instance: object, inputs: dict[str, object]) -> Said | None:
        return Said.of("search")

    def tool_end_status_message(self, outputs: object) -> Said | None:
        found = len(outputs.passages) if isinstance(outputs, Retrieved) else 0
        return Said.of("passages", count=found) if found else Said.of("nothing")

    def lm_start_status_message(self, instance: object, inputs: dict[str, object]) -> Said | None:
        return self._lm_start

    def lm_end_status_message(self, outputs: object) -> Said | None:
        return Said.of("written")


class NonBlockingStatusCallback(StatusStreamingCallback):
    """Sends status messages into DSPy's stream, or keeps them in ``overflow`` when it is full.

    A full stream means that more items are on their way to its reader, so the reader empties
    ``overflow`` at each item and no message waits long. One instance serves one turn.
    """

    def __init__(
        self, provider: StatusMessageProvider, *, asked: Callable[[], None] = lambda: None
    ) -> None:
        """``asked`` is called whenever a model is."""
        super().__init__(provider)
        self._asked = asked
        self.overflow: list[StatusMessage] = []
        self._spoken_modules: set[str] = set()  # call ids of modules whose start was announced

    def on_module_start(self, call_id: str, instance: object, inputs: dict[str, object]) -> None:
        message = self.status_message_provider.module_start_status_message(instance, inputs)
        if message:
            self._spoken_modules.add(call_id)
            self._say(message)

    def on_module_end(
        self, call_id: str, outputs: object, exception: BaseException | None = None
    ) -> None:
        if exception is None and call_id in self._spoken_modules:
            self._say(self.status_message_provider.module_end_status_message(outputs))

    def on_tool_start(self, call_id: str, instance: object, inputs: dict[str, object]) -> None:
        self._say(self.status_message_provider.tool_start_status_message(instance, inputs))

    def on_tool_end(
        self, call_id: str, outputs: object, exception: BaseException | None = None
    ) -> None:
        if exception is None:
            self._say(self.status_message_provider.tool_end_status_message(outputs))

    def on_lm_start(self, call_id: str, instance: object, inputs: dict[str, object]) -> None:
        self._asked()
        self._say(self.status_message_provider.lm_start_status_message(instance, inputs))

    def on_lm_end(
        self, call_id: str, outputs: object, exception: BaseException | None = None
    ) -> None:
        if exception is None:
            self._say(self.status_message_provider.lm_end_status_message(outputs))

    def _say(self, message: str | None) -> None:
        stream = dspy.settings.send_stream
        if stream is None or not message:
            return
        try:
            stream.send_nowait(StatusMessage(message))
        except anyio.WouldBlock:
            self.overflow.append(StatusMessage(message))
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # the reader has gone; the turn is being cancelled
