"""Prose: the text before any structure, which is the answer unless structure follows."""

import re
from io import StringIO

from chat.engine.providers.output.answer_sets import AnswerSets
from chat.engine.providers.output.fields import Fields, loads_leniently, members_of

#: Length from which it is streamed as the answer. Less may be a preamble.
_PREAMBLE_CHARS = 120
#: A fence or an outer object, in which the structure begins.
_OPENERS_AT_END = re.compile(r"\s*(?:`{3}\w*\s*)?(?:[\[{]\s*(?:\"\w+\"\s*:\s*)?)*\Z")


class Prose:
    def __init__(self, sets: AnswerSets, fields: Fields) -> None:
        self._sets = sets
        self._fields = fields
        self._begin()

    def _begin(self) -> None:
        self._text = StringIO()
        self._leading_blanks = self._solid_end = 0  # around the text without outer blanks
        self._shown = False

    @property
    def is_blank(self) -> bool:
        return not self._solid_end

    def add(self, text: str) -> None:
        start = self._text.tell()
        self._text.write(text)
        if solid := text.rstrip():
            if self.is_blank:
                self._leading_blanks = start + len(text) - len(text.lstrip())
            self._solid_end = start + len(solid)
        if self._shown:
            self._sets.prose(text)
        elif self._solid_end - self._leading_blanks > _PREAMBLE_CHARS:
            self._shown = True
            self._sets.prose(self._text.getvalue())

    def end(self) -> None:
        """Structure follows: the prose came before the answer."""
        said = _OPENERS_AT_END.sub("", self._text.getvalue())
        if said.strip() or self._shown:
            self._sets.prose_was_thought(said)
        self._begin()

    def settle(self) -> None:
        """No structure followed. It may be an object with another first member or single quotes."""
        text = self._text.getvalue()
        found = {}
        if text.lstrip()[:1] in ("{", "[", "`"):
            found = members_of(loads_leniently(text), self._fields)
        if self._fields.main in found:
            self._sets.set_all(found)
        elif not self._shown:
            self._sets.prose(text)
