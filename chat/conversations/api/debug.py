"""The debug stream: DSPy's raw values as Server-Sent Events, for staff.

It runs the assistant inside the request, without turn, event log or worker, and occupies the
request for its whole duration.
"""

import asyncio
import contextlib
import contextvars
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from chat.engine.assistant.history import Exchange
from chat.engine.assistant.raw_values import raw_json
from chat.engine.delivery.access_recheck import Reader, access_rechecker
from chat.engine.providers.failures import meaning_of
from chat.engine.rendering import sse
from chat.engine.worker.assembly import assistant
from chat.kernel.chunks import AnalysisType
from chat.kernel.conf import conf
from chat.kernel.errors import TooManyLiveTurns

#: Back-pressure: values buffered for a slow reader before the model waits.
_MAX_WAITING = 64

#: Open streams by user in this process: each occupies a model call, like a live turn.
_running: Counter[int] = Counter()


def check_stream_limit(user_id: int) -> None:
    """Raises ``TooManyLiveTurns``."""
    if _running[user_id] >= conf().live_turns_per_user:
        raise TooManyLiveTurns(retry_after_s=5)


async def raw_events(
    question: str, exchanges: Sequence[Exchange], analysis_type: AnalysisType, reader: Reader
) -> AsyncIterator[bytes]:
    """To end the model's call, close this or cancel the task that iterates it. It also ends when
    the reader loses access.
    """
    values: asyncio.Queue[str | None] = asyncio.Queue(_MAX_WAITING)
    # Cancelling a task ends the provider's request within milliseconds; closing DSPy's generator
    # takes longer. A fresh context must not hold this request's database connection.
    production = asyncio.create_task(
        _produce(values, question, exchanges, analysis_type), context=contextvars.Context()
    )

    def end() -> None:
        production.cancel()
        while not values.empty():
            values.get_nowait()
        values.put_nowait(None)

    _running[reader.user_id] += 1
    try:
        with access_rechecker().watching(reader, end):
            while (value := await values.get()) is not None:
                yield sse.encode(data=value)
    finally:
        _running[reader.user_id] -= 1
        production.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await production


async def _produce(
    values: "asyncio.Queue[str | None]",
    question: str,
    exchanges: Sequence[Exchange],
    analysis_type: AnalysisType,
) -> None:
    """Puts each value, then None. A failure is the last value."""
    arrived = False
    try:
        async with aclosing(assistant().raw(question, exchanges, analysis_type)) as raw:
            async for value in raw:
                await values.put(raw_json(value))
                arrived = True
    except Exception as exc:  # shown to the reader, whatever its type
        error = meaning_of(exc, text_arrived=arrived).as_stream_error()
        await values.put(json.dumps({"kind": "error", "error": error.model_dump(mode="json")}))
    await values.put(None)
