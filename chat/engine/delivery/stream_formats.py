"""Voices: the two ways in which a stream tells a turn's events.

``HtmlVoice`` speaks frames for the page, ``JsonVoice`` speaks ``StreamChunk`` JSON for programs.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.utils.translation import override

from chat.conversations.models import Turn
from chat.conversations.status_texts.reader_wording import wording_for_stream
from chat.conversations.turn_html import turn_html
from chat.engine.delivery.follow import Follow
from chat.engine.event_log import Event
from chat.engine.rendering import fragments, sse
from chat.engine.rendering.turn import TurnRenderer, chunks_of
from chat.engine.rendering.wording import Wording, reading
from chat.kernel.chunks import LIST_FIELDS, TEXT_FIELDS, StreamChunk, items_chunk, text_chunk
from chat.kernel.errors import STORED_LANGUAGE, in_words
from chat.kernel.stages import sentence

#: What one message of ``JsonVoice`` holds, and what an event takes besides its text, roughly.
_PORTION_CHARS, _EVENT_CHARS = 65_536, 150


class Speaker(Protocol):
    """What ``TurnStreamConsumer`` needs of a voice."""

    def catch_up(self, events: Sequence[Event]) -> None:
        """Take in what the reader has already, without saying it again."""

    def say(self, events: Sequence[Event]) -> bytes:
        """The message for new events; empty when there is nothing to see."""

    def restart(self, turn: Turn) -> bytes:
        """All that is stored of a live turn, for a reader whose state is unknown; ``say`` goes on
        from there.
        """

    def portions(self, batch: Sequence[Event]) -> Iterable[Sequence[Event]]:
        """Parts of a batch, each for a message of its own: a reader who does not read keeps no
        more than one of them in our memory.
        """

    def reset(self, turn: Turn) -> bytes:
        """All of an ended turn, for a reader whose state is unknown. Reads the database."""

    @property
    def pause_s(self) -> float:
        """How long to wait after the last message."""


class HtmlVoice:
    """Frames: everything that is new, rendered once."""

    def __init__(self, turn_id: int, wording: Wording, language: str) -> None:
        self._language = language
        self._turn_id = turn_id
        self._wording = wording
        self._renderer = TurnRenderer(turn_id, wording)

    def catch_up(self, events: Sequence[Event]) -> None:
        for event in events:
            self._renderer.feed(event.chunk)
        self._renderer.frame()

    def say(self, events: Sequence[Event]) -> bytes:
        for event in events:
            self._renderer.feed(event.chunk)
        html = self._renderer.frame()
        frame = sse.encode(data=html, seq=events[-1].seq) if html else b""
        return frame + (_html_end(events[-1].seq) if events[-1].chunk.done else b"")

    def restart(self, turn: Turn) -> bytes:
        """Inside the elements: another live element would be another connection."""
        with override(self._language):
            self._renderer = TurnRenderer.of(self._turn_id, turn.answer, self._wording)
        parts = {name.replace("_", "-"): html for name, html in self._renderer.full().items()}
        changes = (
            fragments.partial(fragments.part_id(self._turn_id, part), "innerHTML", html)
            for part, html in parts.items()
        )
        return sse.encode(data="".join(changes), seq=turn.seq)

    def portions(self, batch: Sequence[Event]) -> Iterable[Sequence[Event]]:
        return (batch,)  # rendered once, and no longer than what it shows

    def reset(self, turn: Turn) -> bytes:
        # On a thread of the database, which has neither our language nor our wording.
        with override(self._language), reading(self._wording):
            html = fragments.full_reset(turn_html(turn), self._turn_id)
        return sse.encode(data=html, seq=turn.seq) + _html_end(turn.seq)

    @property
    def pause_s(self) -> float:
        return self._renderer.next_frame_delay_s


def _html_end(seq: int) -> bytes:
    return sse.encode(data="x", event="done", seq=seq)


class JsonVoice:
    """One message per chunk. The sentences in it are in the reader's language."""

    pause_s = 0.0

    def __init__(self, language: str = STORED_LANGUAGE) -> None:
        self._language = language

    def catch_up(self, events: Sequence[Event]) -> None:
        pass

    def say(self, events: Sequence[Event]) -> bytes:
        return b"".join(_json(_told(event.chunk, self._language), event.seq) for event in events)

    def restart(self, turn: Turn) -> bytes:
        return _whole(turn, self._language)

    def portions(self, batch: Sequence[Event]) -> Iterable[Sequence[Event]]:
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
        """All under the terminal event's number."""
        return _whole(turn, self._language)


def _whole(turn: Turn, language: str) -> bytes:
    """Each field with its whole value, which replaces what the reader has: also with nothing, when
    that was never stored.
    """
    answer = turn.answer
    emptied = [text_chunk(n, "", replace=True) for n in TEXT_FIELDS if not getattr(answer, n)]
    emptied += [items_chunk(n, [], replace=True) for n in LIST_FIELDS if not getattr(answer, n)]
    chunks = [*emptied, *(_replacing(chunk) for chunk in chunks_of(answer))]
    return b"".join(_json(_told(chunk, language), turn.seq) for chunk in chunks)


def _told(chunk: StreamChunk, language: str) -> StreamChunk:
    """As it is stored, but for the few chunks that hold a sentence of ours."""
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


def voice_of(follow: Follow) -> Speaker:
    """A fresh voice for one reader."""
    if follow.voice == "json":
        return JsonVoice(follow.language)
    wording = wording_for_stream(follow.style, follow.analysis_type)
    return HtmlVoice(follow.turn_id, wording, follow.language)
