"""Voices: the two ways in which a stream tells a turn's events.

``HtmlVoice`` speaks frames for the page, ``JsonVoice`` speaks ``StreamChunk`` JSON for programs.
"""

from collections.abc import Sequence
from typing import Protocol

from chat.chunks import LIST_FIELDS, TEXT_FIELDS, StreamChunk, items_chunk, text_chunk
from chat.event_log import Event
from chat.follow import Follow
from chat.models import Turn
from chat.rendering import fragments, sse
from chat.rendering.turn import TurnRenderer, chunks_of
from chat.rendering.wording import Wording, reading
from chat.views.status_words import wording_for_stream
from chat.views.turn_view import turn_html


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

    def reset(self, turn: Turn) -> bytes:
        """All of an ended turn, for a reader whose state is unknown. Reads the database."""

    @property
    def pause_s(self) -> float:
        """How long to wait after the last message."""


class HtmlVoice:
    """Frames: everything that is new, rendered once."""

    def __init__(self, turn_id: int, wording: Wording) -> None:
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
        self._renderer = TurnRenderer.of(self._turn_id, turn.answer)
        parts = {name.replace("_", "-"): html for name, html in self._renderer.full().items()}
        changes = (
            fragments.partial(fragments.part_id(self._turn_id, part), "innerHTML", html)
            for part, html in parts.items()
        )
        return sse.encode(data="".join(changes), seq=turn.seq)

    def reset(self, turn: Turn) -> bytes:
        with reading(self._wording):
            html = fragments.full_reset(turn_html(turn), self._turn_id)
        return sse.encode(data=html, seq=turn.seq) + _html_end(turn.seq)

    @property
    def pause_s(self) -> float:
        return self._renderer.next_frame_delay_s


def _html_end(seq: int) -> bytes:
    return sse.encode(data="x", event="done", seq=seq)


class JsonVoice:
    """One message per chunk."""

    pause_s = 0.0

    def catch_up(self, events: Sequence[Event]) -> None:
        pass

    def say(self, events: Sequence[Event]) -> bytes:
        return b"".join(_json(event.chunk, event.seq) for event in events)

    def restart(self, turn: Turn) -> bytes:
        return _whole(turn)

    def reset(self, turn: Turn) -> bytes:
        """All under the terminal event's number."""
        return _whole(turn)


def _whole(turn: Turn) -> bytes:
    """Each field with its whole value, which replaces what the reader has: also with nothing, when
    that was never stored.
    """
    answer = turn.answer
    emptied = [text_chunk(n, "", replace=True) for n in TEXT_FIELDS if not getattr(answer, n)]
    emptied += [items_chunk(n, [], replace=True) for n in LIST_FIELDS if not getattr(answer, n)]
    chunks = [*emptied, *(_replacing(chunk) for chunk in chunks_of(answer))]
    return b"".join(_json(chunk, turn.seq) for chunk in chunks)


def _replacing(chunk: StreamChunk) -> StreamChunk:
    if chunk.field is None:
        return chunk
    return chunk.model_copy(update={"metadata": {**chunk.metadata, "replace": True}})


def _json(chunk: StreamChunk, seq: int) -> bytes:
    return sse.encode(data=chunk.model_dump_json(), seq=seq)


def voice_of(follow: Follow) -> Speaker:
    """A fresh voice for one reader."""
    if follow.voice == "json":
        return JsonVoice()
    return HtmlVoice(follow.turn_id, wording_for_stream(follow.style, follow.analysis_type))
