"""StreamingOliverAssistant: a question in, a stream of ``StreamChunk`` out.

It wraps the one shared program with ``dspy.streamify``: a fresh wrapper and fresh listeners for
each turn. Called by ``worker.runner`` (and nothing else), which supplies the library search.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import dspy
from dspy.streaming import StatusMessage, StreamResponse
from dspy.utils.exceptions import AdapterParseError

from chat.engine.assistant.draft import Draft
from chat.engine.assistant.history import Exchange
from chat.engine.assistant.listener import AnswerListener
from chat.engine.assistant.program import OliverProgram, Search
from chat.engine.assistant.prompt_fit import FittedPrompt, PromptLimits
from chat.engine.assistant.silence import EVERY_S, SilenceCounter
from chat.engine.assistant.status import NonBlockingStatusCallback, OliverStatusMessageProvider
from chat.engine.assistant.title_call import write_title
from chat.engine.providers.end_of_answer import LastEnd
from chat.engine.providers.failures import meaning_of, words_of
from chat.engine.providers.language_model import Provider
from chat.engine.providers.stream_inbox import Inbox
from chat.engine.providers.text_shortcut import Shortcut
from chat.kernel.answer_errors import AnswerTookTooLong
from chat.kernel.chunks import AnalysisType, StreamChunk, error_chunk, status_chunk
from chat.kernel.stages import Said

logger = logging.getLogger(__name__)


class StreamingOliverAssistant:
    """One per process: holds the shared program and the provider, no state of any turn."""

    def __init__(
        self,
        *,
        search: Search,
        provider: Provider,
        history_budget_tokens: int,
        answer_max_chars: int,
        answer_max_s: float,
        tell_silence_every_s: float = EVERY_S,
    ) -> None:
        limits = PromptLimits(history_budget_tokens, provider.context_tokens)
        self._program = OliverProgram(search, limits)
        self._provider = provider
        self._answer_max_chars = answer_max_chars
        self._answer_max_s = answer_max_s
        self._tell_silence_every_s = tell_silence_every_s

    async def stream_response(
        self,
        query: str,
        conversation_history: Sequence[Exchange] = (),
        analysis_type: AnalysisType = "general",
    ) -> AsyncGenerator[StreamChunk]:
        """Yield the chunks of one answer; the last one, and only it, is done or error.

        Does not raise, except ``CancelledError``. To stop it, cancel the task that iterates: the
        provider's request then ends within milliseconds (closing the generator takes longer).
        """
        draft, last = Draft(), LastEnd(self._provider.info.label)
        metadata = self.describe()
        values = self.raw(query, conversation_history, analysis_type, last)
        try:
            async with aclosing(values):
                async for value in values:
                    for chunk in _chunks_of(value, draft):
                        yield chunk
        except Exception as exc:  # every failure of a model or a program ends as one error chunk
            for chunk in draft.end_list():
                yield chunk
            if last.end.outcome and isinstance(exc, AdapterParseError):
                for chunk in draft.conclude(last.end, metadata):
                    yield chunk
                return
            failure = meaning_of(exc, text_arrived=draft.has_text)
            error = failure.as_stream_error().caused_by(words_of(exc))
            yield error_chunk(error, **metadata, **draft.cuts, **last.end.tokens())
        else:
            for chunk in draft.conclude(last.end, metadata):
                yield chunk

    def describe(self) -> dict[str, Any]:
        """Who answers, for the end of an answer."""
        info = self._provider.info
        return {
            "model": info.model or "",
            "engine": info.engine,
            "adapter": info.adapter,
        }

    async def title(self, question: str, answer: str) -> str:
        """A title for a conversation that began with these; "" when the model wrote none."""
        return await write_title(self._provider, question=question, answer=answer)

    async def aclose(self) -> None:
        """Close the provider's connections."""
        await self._provider.aclose()

    async def raw(
        self,
        query: str,
        exchanges: Sequence[Exchange],
        analysis_type: AnalysisType,
        last: LastEnd | None = None,
    ) -> AsyncGenerator[Any]:
        """The values that DSPy's stream yields, for ``stream_response`` and for debugging.

        ``last`` learns how the provider ended the answer.
        """
        inbox = Inbox()
        listeners = self._listeners(analysis_type)
        silence = SilenceCounter(
            inbox,
            has_text=lambda: any(listener.stream_start for listener in listeners),
            every_s=self._tell_silence_every_s,
        )
        (last or LastEnd()).open()  # for the task that begins here
        filling = asyncio.create_task(
            self._fill(inbox, silence, listeners, query, exchanges, analysis_type)
        )
        try:
            async for value in inbox:
                if isinstance(value, list) and (now := silence.ended_by_text()):
                    yield now
                yield value
        finally:
            silence.end()
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)

    async def _fill(
        self,
        inbox: Inbox,
        silence: SilenceCounter,
        listeners: list[AnswerListener],
        query: str,
        exchanges: Sequence[Exchange],
        analysis_type: AnalysisType,
    ) -> None:
        """Run the program in this task, whose end is the end of the provider's request."""
        callback = NonBlockingStatusCallback(self._status_messages(), asked=silence.begin)
        predictor = self._program.predictor(analysis_type)
        Shortcut(listeners[0], predictor, inbox).open()
        deadline = asyncio.timeout(self._answer_max_s)
        try:
            async with deadline:
                with self._context(callback):
                    # Inside the context: streamify looks there for a status callback, or adds one.
                    stream = dspy.streamify(
                        self._program, stream_listeners=listeners, is_async_program=True
                    )
                    values = stream(
                        query=query, exchanges=list(exchanges), analysis_type=analysis_type
                    )
                    async for value in values:
                        inbox.add(value)
                        while callback.overflow:
                            inbox.add(callback.overflow.pop(0))
                        await _wait_for_room(inbox)
        except Exception as exc:
            inbox.end(AnswerTookTooLong() if deadline.expired() else exc)
        else:
            inbox.end()

    def _context(self, callback: NonBlockingStatusCallback) -> Any:
        return dspy.context(
            lm=self._provider.lm,
            adapter=self._provider.adapter,
            callbacks=[callback],
            track_usage=True,
            # Otherwise every prompt of every user would stay in memory.
            disable_history=True,
            trace=None,
        )

    def _listeners(self, analysis_type: AnalysisType) -> list[AnswerListener]:
        answering = AnswerListener(
            self._program.predictor(analysis_type),
            predict_name=analysis_type,
            max_chars=self._answer_max_chars,
        )
        refusing = AnswerListener(
            self._program.refusal,
            predict_name="refusal",
            max_chars=self._answer_max_chars,
        )
        return [answering, refusing]

    def _status_messages(self) -> OliverStatusMessageProvider:
        info = self._provider.info
        quoting = info.engine == "quote"
        return OliverStatusMessageProvider(
            lm_start=Said.of("quote") if quoting else Said.of("model", model=info.label)
        )


async def _wait_for_room(inbox: Inbox) -> None:
    """A cancel comes at DSPy's next read instead: only there does it close the request in order."""
    try:
        await inbox.wait_for_room()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        assert task is not None
        task.uncancel()  # the deadline counts them
        task.cancel()


def _chunks_of(value: Any, draft: Draft) -> Sequence[StreamChunk]:
    """What one value of DSPy's stream means."""
    match value:
        case StreamChunk():
            return draft.take(value)
        case FittedPrompt():
            draft.note(value)
            return []
        case StatusMessage():
            return [_status(value.message)]
        case dspy.Prediction():
            return draft.settle(value)
        case [StreamResponse(), *_]:
            return draft.grow(value)
        case _:
            logger.debug("A value of DSPy's stream that Oliver does not know: %r", value)
            return []


def _status(message: str) -> StreamChunk:
    """The log holds the stage and its facts; each reader gets words for them."""
    if isinstance(message, Said):
        return status_chunk(str(message), stage=message.stage, **message.facts)
    return status_chunk(message)
