"""Streaming Markdown: finished blocks are appended once, the open tail is provisional.

Fragments feed one ``StreamingMarkdown`` for each text field and send the result of ``flush``.
Pacing and the HTML's place on the page are not handled here.

The state after a flush is a function of the text so far (and of the passages), never of chunk
boundaries or earlier flushes, so a reader who reconnects gets the same bytes:

    cut        = where the last top-level block of the whole lines begins   (``last_block_start``),
                 or where a block that does not end is cut                  (``long_blocks``)
    final_html = text before the cut, rendered by itself
    tail_html  = the rest, rendered with the link definitions of the finished part, without a
                 half-received marker
    finish()   = the whole text, rendered by itself

Beyond a limit on markup the rest of a text is shown as plain text (``MarkupLimit``).

It is computed piece by piece: the cut never moves back, and a block renders the same alone or among
others, except for link definitions. When a finished piece brings new ones, earlier pieces are
rendered again, and ``reset_html`` tells if one changed.
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
from chat.engine.rendering.bounds import as_written
from chat.engine.rendering.citation_chips import PassageLabel
from chat.engine.rendering.long_blocks import cut_of_one_block, too_long_at
from chat.kernel.citations import MarkupLimit, is_within_limit

__all__ = ["PassageLabel", "StreamingMarkdown", "Update", "render_markdown"]

#: A half-received citation, footnote or alert: ``see [sar-fil``, ``see [``, ``[a#b, c``.
_HALF_MARKER = re.compile(
    r"\[(?:(?:[a-z0-9-]+#[a-z0-9-]+[ ]{0,3}[,;][ ]{0,3}){0,20}[a-z0-9-]*(?:#[a-z0-9-]*)?"
    r"|\^\w*|![A-Z]*)\Z"
)
#: Characters that decide what a line is. A last line without any others may still become a list,
#: a rule, a table, or a heading of the line above: shown too early, it would flash as one.
_LINE_MARKERS = "-=#`~>|*+_: \t"
_HALF_NUMBER = re.compile(r"(?:\d{1,9}[.)]?[ \t]*)?")


_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Update:
    """Append, or with ``reset_html`` replace, the finished blocks; then replace the tail."""

    appended_html: str
    tail_html: str
    reset_html: str | None = None


@dataclass(slots=True)
class _Piece:
    """A run of finished blocks. ``source`` is kept if it may have to be rendered again.

    Only a "[" can become a link or a citation later.
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
    source = _clean(text)
    if not too_long_at(source) and is_within_limit(source):
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
        self._head = ""  # of a table that was cut: its rows continue in the tail
        self._held_cr = ""  # its line feed may come with the next chunk
        self._limit = MarkupLimit()
        self._rest = ""  # text beyond the limit
        self._has_new_line = False
        self._is_ended = False
        self._appended: list[str] = []  # since the last flush
        self._has_changed = False  # a finished piece, since the last flush
        self._is_stale = False  # everything must be rendered again
        self._references_used = 0  # how many the last render of all pieces knew

    @property
    def final_html(self) -> str:
        """As of the last flush. ``tail_html`` follows it."""
        return "".join(piece.html for piece in self._pieces)

    @property
    def headings(self) -> list[Heading]:
        return [heading for piece in self._pieces for heading in piece.headings.found]

    def set_passages(self, passages: Mapping[str, PassageLabel]) -> None:
        """Call before the text. Called later, the next flush may reset."""
        if passages != self._passages:
            self._passages = passages
            self._is_stale = True

    def feed(self, text: str) -> None:
        """Chunks may be cut anywhere. Cheap; ``flush`` does the work."""
        if self._is_ended:
            raise RuntimeError("the text is finished")
        text = self._held_cr + text
        self._held_cr = "\r" if text.endswith("\r") else ""
        self._take(_clean(text.removesuffix("\r")))

    def end(self) -> None:
        self._take("\n" if self._held_cr else "")
        self._held_cr, self._is_ended = "", True

    def flush(self) -> Update:
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
        """The work of ``flush``, except for the tail, in bounded steps that let other tasks run in
        between. Yields the number of characters rendered.
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
        while end := too_long_at(self._tail):
            if done := self._finish_blocks(end):
                yield done
            elif cut := cut_of_one_block(self._head + self._tail, len(self._head) + end):
                yield self._finish_piece(cut.end - len(self._head), head=cut.head)
            else:
                break

    def _finish_blocks(self, end: int) -> int:
        """Finish all but the last block of the tail's first ``end`` characters."""
        cut = last_block_start(self._head + self._tail[:end]) - len(self._head)
        return self._finish_piece(cut) if cut > 0 else 0

    def _finish_piece(self, cut: int, *, head: str = "") -> int:
        """Render the tail up to ``cut``; ``head`` is put before the rest."""
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
        """For text after the finished pieces; continues their numbering."""
        last = self._pieces[-1].headings if self._pieces else Headings("")
        return Headings(self._heading_prefix, last.before + len(last.found))

    def _render_pieces_again(self) -> Iterator[int]:
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
        """Uses a copy of the definitions: those in the tail are provisional too."""
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
    """Unix line ends, and nothing that cannot be sent: stored text may contain lone surrogates."""
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _presentable(tail: str) -> str:
    """The tail without half-received parts that would flash as something else."""
    tail = _HALF_MARKER.sub("", tail, count=1)
    line_start = tail.rfind("\n") + 1
    is_half = _HALF_NUMBER.fullmatch(tail[line_start:].lstrip(_LINE_MARKERS))
    return tail[:line_start] if is_half else tail
