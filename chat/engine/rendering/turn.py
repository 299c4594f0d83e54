"""TurnRenderer: chunks in, frames out. It tracks what one reader of one turn has on the page.

The stream consumer creates one for each reader, feeds it every event and sends its frames; a view
creates one with ``of`` for the first render. Both use the same regions, so a page rendered in the
middle of a stream has the same DOM as a page that followed from the start. It takes chunks, never
querysets, and neither waits nor sends.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from time import thread_time

from django.utils.safestring import SafeString

from chat.engine.rendering.fragments import delete_live
from chat.engine.rendering.regions import Region, regions_of
from chat.engine.rendering.regions.text import TextRegion
from chat.engine.rendering.status_wording import Wording
from chat.kernel.answer import Answer
from chat.kernel.chunks import (
    LIST_FIELDS,
    TEXT_FIELDS,
    StreamChunk,
    done_chunk,
    error_chunk,
    items_chunk,
    status_chunk,
    text_chunk,
)
from chat.kernel.conf import conf

#: A frame may cost at most a twentieth of the time until the next one. Measured: one 16 KB list
#: takes 68% of a core at a fixed 20 frames a second, and 5% with this rule.
CPU_SHARE = 1 / 20
#: Text faster than 2,500 characters a second, far faster than reading speed, comes in fewer and
#: larger frames: each costs the reader's browser about 5 ms, whatever its size.
_S_PER_CHAR = 1 / 2_500
_CROWDED_FRAME_S = 0.125
#: Maximum bytes a second to a reader, so that a slow connection never fills a buffer.
BYTES_PER_S = 64 * 1024
#: Rendering this many characters takes 20 ms at worst; so does feeding a chunk this long.
STEP_CHARS, _FEED_CHARS = 2_000, 5


class TurnRenderer:
    """``feed`` is cheap; ``frame`` renders everything that changed since the last one."""

    def __init__(self, turn_id: int, wording: Wording | None = None) -> None:
        self._turn_id = turn_id
        self._answer = Answer()
        self._regions: tuple[Region, ...] = regions_of(turn_id, wording or Wording())
        self._text_regions = {
            region.field: region for region in self._regions if isinstance(region, TextRegion)
        }
        self._touched: Collection[Region] = self._regions  # since the last frame
        self._live = True  # whether the reader still has the live element
        self._cpu_s = self._frame_cpu_s = 0.0  # of the next frame so far, and of the last
        self._size_bytes = 0
        self._fed_chars = self._frame_chars = 0

    @classmethod
    def of(cls, turn_id: int, answer: Answer, wording: Wording | None = None) -> "TurnRenderer":
        """State of a reader who got all chunks of ``answer`` and a frame after the last."""
        renderer = cls(turn_id, wording)
        for _ in renderer.steps(chunks_of(answer)):
            pass
        renderer.frame()
        return renderer

    def feed(self, chunk: StreamChunk) -> None:
        """Chunks must come in the log's order."""
        self._answer.apply(chunk)
        text_region = self._text_regions.get(chunk.field or "")
        if (
            text_region is not None and not chunk.done
        ):  # most chunks are text and concern no other region
            text_region.feed(chunk, self._answer)
            self._fed_chars += len(chunk.content)
            if text_region not in self._touched:
                self._touched = [*self._touched, text_region]
            return
        for region in self._regions:
            region.feed(chunk, self._answer)
        self._touched = self._regions

    def steps(self, chunks: Iterable[StreamChunk]) -> Iterator[None]:
        """``feed`` chunks and prepare the next ``frame`` in steps that let other tasks run between
        them. Only large amounts need any.
        """
        work = 0
        for chunk in chunks:
            self.feed(chunk)
            work += _FEED_CHARS
            if work >= STEP_CHARS:
                work = 0
                yield
        for rendered in self._rendering():
            work += rendered
            if work >= STEP_CHARS:
                work = 0
                yield

    def _rendering(self) -> Iterator[int]:
        for region in self._touched:
            steps = region.steps(self._answer)
            while True:
                began_s = thread_time()
                rendered = next(steps, None)
                self._cpu_s += thread_time() - began_s
                if rendered is None:
                    break
                yield rendered

    def frame(self) -> str:
        """``<hx-partial>``s for everything that changed since the last frame; "" if nothing."""
        began_s = thread_time()
        self._frame_chars, self._fed_chars = self._fed_chars, 0
        html = "".join(self._changes())
        self._frame_cpu_s, self._cpu_s = self._cpu_s + thread_time() - began_s, 0.0
        self._size_bytes = len(html) if html.isascii() else len(html.encode())
        return html

    def full(self) -> Mapping[str, SafeString]:
        """Content of each element for a first render: ``{"response_final": "<p>…", …}``."""
        return {
            part.replace("-", "_"): html
            for region in self._regions
            for part, html in region.inner(self._answer).items()
        }

    @property
    def next_frame_delay_s(self) -> float:
        """Seconds between the last frame and the next one."""
        crowded_s = min(_CROWDED_FRAME_S, self._frame_chars * _S_PER_CHAR)
        return max(
            conf().frame_min_s,
            crowded_s,
            self._frame_cpu_s / CPU_SHARE,
            self._size_bytes / BYTES_PER_S,
        )

    def _changes(self) -> Iterator[SafeString]:
        touched, self._touched = self._touched, ()
        for region in touched if len(touched) == 1 else self._regions:
            yield from region.changes(self._answer)
        if self._live and self._answer.outcome is not None:
            self._live = False
            yield delete_live(self._turn_id)


def chunks_of(answer: Answer) -> Iterator[StreamChunk]:
    """The fewest chunks whose fold is ``answer``."""
    for step in answer.steps:
        yield status_chunk(step.text, at_ms=step.at_ms, stage=step.stage, **step.facts)
    for field in LIST_FIELDS:
        if items := getattr(answer, field):
            yield items_chunk(field, items)
    for field in TEXT_FIELDS:
        if text := getattr(answer, field):
            yield text_chunk(field, text)
    if answer.outcome is not None:
        metadata = {**answer.metadata, "outcome": answer.outcome}
        yield error_chunk(answer.error, **metadata) if answer.error else done_chunk(**metadata)
