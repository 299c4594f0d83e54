"""Limits how much markup a text may have. The rest is shown as plain text.

Letters are cheap to render; possible markup (an emphasis, an item, a cell) is expensive. No real
text of 80 KB comes near the limit, but a looping or manipulated model could make a page that takes
seconds to open. The limit depends only on the text, so a text ends the same way whether it streams
or is complete. Nothing beyond it counts as verified.
"""

import re

#: May begin or end markup. Each costs 5 to 10 us; a line and an address cost more.
_MARKUP = re.compile(r"[*_~`\[\]<>&|\\#:@w\n]")
_DEAR_MARKS = {"\n": 6, ":": 5, "@": 5}
#: 0.1 s of CPU.
_MOST_MARKS = 18_000
#: How much of its line still belongs to the last mark.
_MOST_OF_LAST_LINE_CHARS = 2_000


class MarkupLimit:
    """For one text that arrives in chunks."""

    def __init__(self) -> None:
        self._marks_left = _MOST_MARKS
        self._last_line_chars = _MOST_OF_LAST_LINE_CHARS

    @property
    def is_reached(self) -> bool:
        return not self._last_line_chars

    def split(self, chunk: str) -> tuple[str, str]:
        """The part of the next chunk that is still Markdown, and the rest."""
        within = self._within(chunk)
        if self._marks_left:
            return chunk, ""
        chunk_end = within + self._rest_of_line(chunk[within : within + self._last_line_chars])
        return chunk[:chunk_end], chunk[chunk_end:]

    def _within(self, chunk: str) -> int:
        """How many characters the remaining marks suffice for."""
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


def is_within_limit(text: str) -> bool:
    return not MarkupLimit().split(text)[1]
