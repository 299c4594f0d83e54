"""Markdown while it streams: finished blocks are appended once, the open tail is provisional.

Fragments feed one ``StreamingMarkdown`` per text field and send what ``flush`` returns. What it
leaves out: pacing, and where on the page the HTML goes.

The state after a flush is a function of the text so far (and of the passages), never of how it was
cut into chunks or how often it was flushed, so that a reader who reconnects sees the same bytes:

    cut        = where the last top-level block of the whole lines begins   (``last_block_start``),
                 or where a block that does not end is cut                  (``long_blocks``)
    final_html = text before the cut, rendered by itself
    tail_html  = the rest, rendered with the link definitions of the finished part, without a
                 marker that has only half arrived
    finish()   = the whole text, rendered by itself

A text with more markup than anybody writes is shown as it was written from there on
(``markup_limit``).

That is also what is computed, only piece by piece: the cut never moves back, and a block renders
alike whether it stands alone or among others, but for link definitions. When a finished piece
brings new ones, earlier pieces are rendered again, and ``reset_html`` tells when one changed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chat.engine.rendering.blocks import (
    Heading,
    Headings,
    References,
    last_block_start,
    render_blocks,
)
from chat.engine.rendering.citation_chips import PassageLabel
from chat.engine.rendering.long_blocks import cut_of_one_block, too_long_at
from chat.engine.rendering.markup_limit import MarkupLimit, as_written

__all__ = ["PassageLabel", "StreamingMarkdown", "Update", "render_markdown"]

#: A citation, footnote or alert that has only half arrived: ``see [sar-fil``, or just ``see [``, or
#: ``[a#b, c``.
_HALF_MARKER = re.compile(
    r"\[(?:(?:[a-z0-9-]+#[a-z0-9-]+[ ]{0,3}[,;][ ]{0,3}){0,20}[a-z0-9-]*(?:#[a-z0-9-]*)?"
    r"|\^\w*|![A-Z]*)\Z"
)
#: Characters that say what a line is. While a last line has no others it may still become a list,
#: a rule, a table, a heading of the line above: shown too early it would flash as the wrong one.
_LINE_MARKERS = "-=#`~>|*+_: \t"
_HALF_NUMBER = re.compile(r"(?:\d{1,9}[.)]?[ \t]*)?")


_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Update:
    """What changed on the page: append, or with ``reset_html`` replace, then replace the tail."""

    appended_html: str
    tail_html: str
    reset_html: str | None = None


@dataclass(slots=True)
class _Piece:
    """A run of finished blocks. ``source``: where it may have to be rendered again, else empty.

    Only a "[" can be a link or a citation that was none before.
    """

    source: str
    html: str
    headings: Headings


def render_markdown(
    text: str,
    passages: Mapping[str, PassageLabel] | None = None,
    *,
    heading_prefix: str = "",
    keeps_lines: bool = False,
) -> str:
    """HTML of a whole text: the admin's transcript, an artifact, a turn that has ended."""
    source = _clean(text)
    if not too_long_at(source):
        headings = Headings(heading_prefix)
        return render_blocks(
            source,
            references={},
            passages=passages or {},
            headings=headings,
            keeps_lines=keeps_lines,
        )
    markdown = StreamingMarkdown(passages, heading_prefix=heading_prefix, keeps_lines=keeps_lines)
    markdown.feed(source)
    markdown.finish()
    return markdown.final_html


class StreamingMarkdown:
    """``feed`` text as it comes, ``flush`` for each frame, ``finish`` once at the end."""

    def __init__(
        self,
        passages: Mapping[str, PassageLabel] | None = None,
        *,
        heading_prefix: str = "",
        keeps_lines: bool = False,
    ) -> None:
        self.tail_html = ""
        self._passages: Mapping[str, PassageLabel] = passages or {}
        self._heading_prefix, self._keeps_lines = heading_prefix, keeps_lines
        self._pieces: list[_Piece] = []
        self._references: References = {}
        self._tail = ""
        self._head = ""  # of a table that was cut: its rows go on in the tail
        self._held_cr = ""  # its line feed may come with the next chunk
        self._limit = MarkupLimit()
        self._rest = ""  # what lies behind the limit
        self._has_new_line = False
        self._is_ended = False
        self._appended: list[str] = []  # since the last flush
        self._has_changed = False  # a finished piece, since the last flush
        self._is_stale = False  # everything must be rendered again
        self._references_used = 0  # with so many all pieces were rendered

    @property
    def final_html(self) -> str:
        """The finished blocks as of the last flush. ``tail_html`` is what follows them."""
        return "".join(piece.html for piece in self._pieces)

    @property
    def headings(self) -> list[Heading]:
        """The headings of the finished blocks, with the ids that their links need."""
        return [heading for piece in self._pieces for heading in piece.headings.found]

    def set_passages(self, passages: Mapping[str, PassageLabel]) -> None:
        """The passages that were read, known before the text. Later the next flush may reset."""
        if passages != self._passages:
            self._passages = passages
            self._is_stale = True

    def feed(self, text: str) -> None:
        """Add a chunk, cut anywhere. Costs next to nothing; ``flush`` does the work."""
        if self._is_ended:
            raise RuntimeError("the text is finished")
        text = self._held_cr + text
        self._held_cr = "\r" if text.endswith("\r") else ""
        self._take(_clean(text.removesuffix("\r")))

    def end(self) -> None:
        """All that is left is complete. Nothing can be fed after it."""
        self._take("\n" if self._held_cr else "")
        self._held_cr, self._is_ended = "", True

    def flush(self) -> Update:
        """Finish the blocks that are complete and render the tail."""
        for _ in self.steps():
            pass
        appended_html, has_changed = "".join(self._appended), self._has_changed
        self._appended, self._has_changed = [], False
        self.tail_html = self._render_tail()
        if has_changed:
            return Update("", self.tail_html, self.final_html)
        return Update(appended_html, self.tail_html)

    def finish(self) -> Update:
        self.end()
        return self.flush()

    def steps(self) -> Iterator[int]:
        """What ``flush`` does but for the tail, in parts that are bounded. Between them others may
        run. Yields how many characters were rendered.
        """
        yield from self._finish_long_part()
        if self._is_ended or self._limit.is_reached:
            yield self._finish_piece(len(self._tail))
        elif self._has_new_line and "\n" in self._tail:
            yield self._finish_blocks(self._tail.rindex("\n") + 1)
        self._has_new_line = False
        while end := too_long_at(self._rest) or (self._is_ended and len(self._rest)):
            yield self._finish_rest(end)
        yield from self._render_pieces_again()

    def _take(self, text: str) -> None:
        markdown, rest = self._limit.split(text)
        self._tail += markdown
        self._rest += rest
        self._has_new_line |= "\n" in markdown

    def _finish_long_part(self) -> Iterator[int]:
        """As much as the bounds ask for, piece by piece."""
        while end := too_long_at(self._tail):
            if done := self._finish_blocks(end):
                yield done
            elif cut := cut_of_one_block(self._head + self._tail, len(self._head) + end):
                yield self._finish_piece(cut.end - len(self._head), head=cut.head)
            else:
                break

    def _finish_blocks(self, end: int) -> int:
        """Finish the blocks of the tail's first ``end`` characters but for the last."""
        cut = last_block_start(self._head + self._tail[:end]) - len(self._head)
        return self._finish_piece(cut) if cut > 0 else 0

    def _finish_piece(self, cut: int, *, head: str = "") -> int:
        """Render the tail up to ``cut``; ``head`` begins what is left of it."""
        source = self._head + self._tail[:cut] if cut else ""
        self._head, self._tail = head, self._tail[cut:]
        if source:
            headings = self._new_headings()
            html = self._render(source, self._references, headings)
            self._append(_Piece(source if "[" in source else "", html, headings))
        return len(source)

    def _finish_rest(self, cut: int) -> int:
        written, self._rest = self._rest[:cut], self._rest[cut:]
        self._append(_Piece("", as_written(written), self._new_headings()))
        return cut

    def _append(self, piece: _Piece) -> None:
        self._pieces.append(piece)
        self._appended.append(piece.html)

    def _new_headings(self) -> Headings:
        """For the text behind the pieces: its headings are counted on."""
        last = self._pieces[-1].headings if self._pieces else Headings("")
        return Headings(self._heading_prefix, last.before + len(last.found))

    def _render_pieces_again(self) -> Iterator[int]:
        """When there are other passages, or new link definitions."""
        must_render = self._is_stale or len(self._references) > self._references_used
        self._is_stale, self._references_used = False, len(self._references)
        for piece in self._pieces if must_render else ():
            if piece.source:
                headings = Headings(self._heading_prefix, piece.headings.before)
                html = self._render(piece.source, {**self._references}, headings)
                self._has_changed |= html != piece.html
                piece.html, piece.headings = html, headings
                yield len(piece.source)

    def _render_tail(self) -> str:
        """With a copy of the definitions: those in the tail are as provisional as the tail."""
        if self._is_ended:
            return ""
        if self._limit.is_reached:
            return as_written(self._rest)
        source, references = self._head + _presentable(self._tail), {**self._references}
        return self._render(source, references, self._new_headings(), is_final=False)

    def _render(
        self, source: str, references: References, headings: Headings, *, is_final: bool = True
    ) -> str:
        return render_blocks(
            source,
            references=references,
            passages=self._passages,
            headings=headings,
            keeps_lines=self._keeps_lines,
            is_final=is_final,
        )


def _clean(text: str) -> str:
    """Unix lines, and nothing that cannot be sent: a stored text may hold half a surrogate pair."""
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _presentable(tail: str) -> str:
    """The tail without what has only half arrived and would flash as something else."""
    tail = _HALF_MARKER.sub("", tail, count=1)
    line_start = tail.rfind("\n") + 1
    is_half = _HALF_NUMBER.fullmatch(tail[line_start:].lstrip(_LINE_MARKERS))
    return tail[:line_start] if is_half else tail
