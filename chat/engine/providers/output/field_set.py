"""FieldSet: the values of one set of output fields while they are written."""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple


class Delta(NamedTuple):
    """Text added to a field; with ``replaces`` its whole value."""

    field: str
    text: str
    replaces: bool = False


def folded(deltas: Iterable[Delta]) -> dict[str, str]:
    values: dict[str, str] = {}
    for field, text, replaces in deltas:
        values[field] = text if replaces else values.get(field, "") + text
    return {name: value for name, value in values.items() if value}


class FieldSet:
    """Values are stripped: white space counts only between two pieces of text."""

    def __init__(self, emit: Callable[[str, str], None]) -> None:
        """``emit(field, text)`` is called as soon as text is certain."""
        self._emit = emit
        self.open_field: str | None = None
        self.first = ""  # the field opened first
        self.opened: set[str] = set()
        self.given: set[str] = set()  # fields with text
        self._blanks = ""

    def open(self, name: str) -> None:
        self.first = self.first or name
        self.open_field = name
        self.opened.add(name)
        self._blanks = ""

    def write(self, text: str) -> None:
        name = self.open_field
        if name is None or not text:
            return
        if name not in self.given:
            text = text.lstrip()
        elif not text[-1].isspace():
            self._emit(name, self._blanks + text)
            self._blanks = ""
            return
        solid = text.rstrip()
        if solid:
            self.given.add(name)
            self._emit(name, self._blanks + solid)
            self._blanks = text[len(solid) :]
        elif name in self.given:
            self._blanks += text

    def is_full(self, names: Collection[str]) -> bool:
        return self.opened.issuperset(names)
