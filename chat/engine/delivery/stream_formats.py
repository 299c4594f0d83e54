"""The two formats of a stream: HTML frames for the page, ``StreamChunk`` JSON for programs."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from django.utils.translation import override

from chat.conversations.models import Turn
from chat.conversations.status_texts.reader_wording import wording_for_stream
from chat.conversations.turn_html import turn_html
from chat.engine.delivery.follow import Follow
from chat.engine.delivery.merged_events import merged
from chat.engine.event_log import Event
from chat.engine.rendering import fragments, sse
from chat.engine.rendering.status_wording import Wording, reading
from chat.engine.rendering.turn import TurnRenderer, chunks_of
from chat.kernel.chunks import LIST_FIELDS, TEXT_FIELDS, StreamChunk, items_chunk, text_chunk
from chat.kernel.conf import conf
from chat.kernel.errors import STORED_LANGUAGE, in_words
from chat.kernel.stages import sentence

#: Size of a JSON message, and of an event without its text, roughly.
_PORTION_CHARS, _EVENT_CHARS = 65_536, 150


class Formatter(Protocol):
    """Used by ``TurnStreamConsumer``."""

    async def catch_up(self, events: Sequence[Event]) -> None:
        """Take in what the reader already has, without sending it again."""

    async def encode(self, events: Sequence[Event]) -> bytes:
        """The message for new events; empty if there is nothing to show."""

    async def restart(self, turn: Turn) -> bytes:
        """The stored state of a live turn, for a reader whose state is unknown; ``encode``
        continues from it.
        """

    def split(self, batch: Sequence[Event]) -> Iterable[Sequence[Event]]:
        """Parts of a batch, one message each: at most one of them waits in memory for a slow
        reader.
        """

    def reset(self, turn: Turn) -> bytes:
        """An ended turn as a whole, for a reader whose state is unknown. Queries the database."""

    @property
    def pause_s(self) -> float:
        """How long to wait before the next message."""


class HtmlFormatter:
    """Frames with everything that is new, rendered once.

    All streams share one loop: a long catch-up is rendered in steps, and the others run in between.
    """

    def __init__(self, turn_id: int, wording: Wording, language: str) -> None:
        self._language = language
        self._turn_id = turn_id
        self._wording = wording
        self._renderer = TurnRenderer(turn_id, wording)

    async def catch_up(self, events: Sequence[Event]) -> None:
        await self._frame(event.chunk for event in events)

    async def encode(self, events: Sequence[Event]) -> bytes:
        html = await self._frame(event.chunk for event in events)
        frame = sse.encode(data=html, seq=events[-1].seq) if html else b""
        return frame + (_html_end(events[-1].seq) if events[-1].chunk.done else b"")

    async def _frame(self, chunks: Iterable[StreamChunk]) -> str:
        for _ in self._renderer.steps(chunks):
            await asyncio.sleep(0)
        return self._renderer.frame()

    async def restart(self, turn: Turn) -> bytes:
        """Updates the contents of the turn's elements: replacing the live element would open a
        connection.
        """
        with override(self._language):
            self._renderer = TurnRenderer(self._turn_id, self._wording)
            await self._frame(chunks_of(turn.answer))
        parts = {name.replace("_", "-"): html for name, html in self._renderer.full().items()}
        changes = (
            fragments.partial(fragments.part_id(self._turn_id, part), "innerHTML", html)
            for part, html in parts.items()
        )
        return sse.encode(data="".join(changes), seq=turn.seq)

    def split(self, batch: Sequence[Event]) -> Iterable[Sequence[Event]]:
        return (batch,)  # rendered once, so no longer than what it shows

    def reset(self, turn: Turn) -> bytes:
        # Runs on a database thread, which has neither the reader's language nor their wording.
        with override(self._language), reading(self._wording):
            html = fragments.full_reset(turn_html(turn), self._turn_id)
        return sse.encode(data=html, seq=turn.seq) + _html_end(turn.seq)

    @property
    def pause_s(self) -> float:
        return self._renderer.next_frame_delay_s


def _html_end(seq: int) -> bytes:
    return sse.encode(data="x", event="done", seq=seq)


class JsonFormatter:
    """Chunks as JSON, with Oliver's own sentences in the reader's language. New text of a field is
    one event a message, or one a token with ``every_token``.
    """

    def __init__(self, language: str = STORED_LANGUAGE, *, every_token: bool = False) -> None:
        self._language = language
        self._every_token = every_token
        self.pause_s = 0.0 if every_token else conf().frame_min_s

    async def catch_up(self, events: Sequence[Event]) -> None:
        pass

    async def encode(self, events: Sequence[Event]) -> bytes:
        told = events if self._every_token else merged(events)
        return b"".join(
            _json(_translated(event.chunk, self._language), event.seq) for event in told
        )

    async def restart(self, turn: Turn) -> bytes:
        return _whole(turn, self._language)

    def split(self, batch: Sequence[Event]) -> Iterable[Sequence[Event]]:
        portion: list[Event] = []
        size_chars = 0
        for event in batch:
            portion.append(event)
            size_chars += _EVENT_CHARS + len(event.chunk.content)
            if size_chars >= _PORTION_CHARS:
                yield portion
                portion, size_chars = [], 0
        if portion:
            yield portion

    def reset(self, turn: Turn) -> bytes:
        return _whole(turn, self._language)


def _whole(turn: Turn, language: str) -> bytes:
    """Each field with its whole value, which replaces the reader's; also empty fields, because the
    reader may have text that was never stored.
    """
    answer = turn.answer
    emptied = [text_chunk(n, "", replace=True) for n in TEXT_FIELDS if not getattr(answer, n)]
    emptied += [items_chunk(n, [], replace=True) for n in LIST_FIELDS if not getattr(answer, n)]
    chunks = [*emptied, *(_replacing(chunk) for chunk in chunks_of(answer))]
    return b"".join(_json(_translated(chunk, language), turn.seq) for chunk in chunks)


def _translated(chunk: StreamChunk, language: str) -> StreamChunk:
    """As stored, except for Oliver's own sentences in it."""
    if language == STORED_LANGUAGE or chunk.type not in ("status", "error"):
        return chunk
    with override(language):
        if chunk.error is not None:
            error = chunk.error.model_copy(update={"message": in_words(chunk.error)})
            return chunk.model_copy(update={"error": error})
        said = sentence(str(chunk.metadata.get("stage", "")), chunk.metadata)
        return chunk.model_copy(update={"content": said or chunk.content})


def _replacing(chunk: StreamChunk) -> StreamChunk:
    if chunk.field is None:
        return chunk
    return chunk.model_copy(update={"metadata": {**chunk.metadata, "replace": True}})


def _json(chunk: StreamChunk, seq: int) -> bytes:
    return sse.encode(data=chunk.model_dump_json(), seq=seq)


def formatter_of(follow: Follow) -> Formatter:
    if follow.stream_format == "json":
        return JsonFormatter(follow.language, every_token=follow.every_token)
    wording = wording_for_stream(follow.style, follow.analysis_type)
    return HtmlFormatter(follow.turn_id, wording, follow.language)
