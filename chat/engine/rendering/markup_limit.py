"""How much markup a text may have. What lies behind it is shown as it was written.

Rendering costs little for letters and much for what may be markup: an emphasis, an item, a cell.
No writer comes near the limit in a text of some 80 KB; a model that loops, or is told to, would
make a page that takes seconds to open. Where the limit is reached depends on the text alone, so a
text ends alike whether it streams or is whole.
"""

import re

from markdown_it.common.utils import escapeHtml

#: What may begin or end markup. Each costs some 5 to 10 us; a line and an address cost more.
_MARKUP = re.compile(r"[*_~`\[\]<>&|\\#:@w\n]")
_DEAR_MARKS = {"\n": 6, ":": 5, "@": 5}
#: 0.1 s of CPU.
_MOST_MARKS = 18_000
#: So much of its line still belongs to the last mark.
_MOST_OF_LAST_LINE_CHARS = 2_000


class MarkupLimit:
    """For one text that comes in chunks."""

    def __init__(self) -> None:
        self._marks_left = _MOST_MARKS
        self._last_line_chars = _MOST_OF_LAST_LINE_CHARS

    @property
    def is_reached(self) -> bool:
        return not self._last_line_chars

    def split(self, chunk: str) -> tuple[str, str]:
        """What is still markdown of the next chunk, and what is not."""
        within = self._within(chunk)
        if self._marks_left:
            return chunk, ""
        chunk_end = within + self._rest_of_line(chunk[within : within + self._last_line_chars])
        return chunk[:chunk_end], chunk[chunk_end:]

    def _within(self, chunk: str) -> int:
        """How many characters the marks that are left suffice for."""
        if not self._marks_left:
            return 0
        marks = len(_MARKUP.findall(chunk))
        marks += sum(chunk.count(mark) * (each - 1) for mark, each in _DEAR_MARKS.items())
        if marks < self._marks_left:
            self._marks_left -= marks
            return len(chunk)
        for mark in _MARKUP.finditer(chunk):
            self._marks_left -= _DEAR_MARKS.get(mark[0], 1)
            if self._marks_left <= 0:
                break
        self._marks_left = 0
        if mark[0] == "\n":
            self._last_line_chars = 0
        return mark.end()

    def _rest_of_line(self, text: str) -> int:
        newline = text.find("\n")
        if newline >= 0:
            self._last_line_chars = 0
            return newline + 1
        self._last_line_chars -= len(text)
        return len(text)


def as_written(text: str) -> str:
    """Lines and blanks kept."""
    return f'<div class="as-written">{escapeHtml(text)}</div>\n' if text else ""
