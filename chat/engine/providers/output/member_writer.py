"""Writes the members of a JSON object into the fields of a set."""

from chat.engine.providers.output.answer_sets import AnswerSets
from chat.engine.providers.output.fields import (
    Fields,
    is_json,
    loads_leniently,
    members_of,
    plain_text,
)
from chat.engine.providers.output.json_object import ObjectSplitter


class MemberWriter:
    def __init__(self, sets: AnswerSets, fields: Fields) -> None:
        self._sets = sets
        self._fields = fields
        self._splitter = ObjectSplitter(self)
        self._raw = ""  # of a text field whose value is not a string

    @property
    def ended(self) -> bool:
        return self._splitter.ended

    def feed(self, text: str) -> str:
        """Return what comes after the object's end."""
        return self._splitter.feed(text)

    def open_member(self, key: str) -> bool:
        name = key.strip().casefold()
        if name in self._fields.names:
            self._sets.reopen(name)
        return name in self._fields.names

    def write_member(self, text: str, *, raw: bool) -> None:
        if raw and self._sets.current.open_field in self._fields.texts:
            self._raw += text
        else:
            self._sets.current.write(text)

    def end_member(self) -> None:
        if self._raw:
            self._sets.current.write(plain_text(loads_leniently(self._raw)))
            self._raw = ""

    def mend(self, whole: str) -> None:
        """``whole`` begins with the object. An invalid object was read up to the mistake."""
        if self.ended and is_json(whole):
            return
        found = members_of(loads_leniently(whole), self._fields)
        if found.keys() >= self._sets.current.given:
            self._sets.set_all(found)
