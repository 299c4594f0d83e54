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
        self._text = StringIO()
        self._shown = False

    @property
    def is_blank(self) -> bool:
        return not self._text.getvalue().strip()

    def add(self, text: str) -> None:
        self._text.write(text)
        if self._shown:
            self._sets.prose(text)
        elif len(self._text.getvalue().strip()) > _PREAMBLE_CHARS:
            self._shown = True
            self._sets.prose(self._text.getvalue())

    def end(self) -> None:
        """Structure follows: the prose came before the answer."""
        said = _OPENERS_AT_END.sub("", self._text.getvalue())
        if said.strip() or self._shown:
            self._sets.prose_was_thought(said)
        self._text, self._shown = StringIO(), False

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
