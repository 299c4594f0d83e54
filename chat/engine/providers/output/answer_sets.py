"""AnswerSets: decides which set of fields in an output counts, reported as deltas."""

from io import StringIO

from chat.engine.providers.output.field_set import Delta, FieldSet
from chat.engine.providers.output.fields import REASONING, Fields


class AnswerSets:
    """Shows the first set as it is written. A later one is held back until it has the main field;
    then it replaces the shown one and is shown as it is written. Thinking comes before the
    reasoning of any set.
    """

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._out: list[Delta] = []
        self._thinking = FieldSet(self._show_thought)
        self._thought = StringIO()
        self._reasoned = False  # whether the reasoning has text from a set
        self.current = FieldSet(self._emit)
        self._earlier: FieldSet | None = None
        self._hidden: dict[str, str] = {}
        self._thought_instead: str | None = None

    def take(self) -> list[Delta]:
        out, self._out = self._out, []
        return out

    @property
    def thought(self) -> str:
        return self._thought.getvalue()

    @property
    def keeps_back(self) -> bool:
        return self._earlier is not None

    def begin_thought(self) -> None:
        self._thinking.open(REASONING)
        if self.thought:
            self._thinking.write("\n\n")

    def think(self, text: str) -> None:
        if REASONING in self._fields.names:
            self._thinking.write(text)

    def prose(self, text: str) -> None:
        """Unstructured text: the answer, unless structure follows."""
        if self.current.open_field is None:
            self.current.open(self._fields.main)
        self.current.write(text)

    def prose_was_thought(self, text: str) -> None:
        """All prose so far came before the answer."""
        if self.current.given:
            self._out.append(Delta(self._fields.main, "", replaces=True))
        self.current = FieldSet(self._emit)
        self.begin_thought()
        self.think(text)

    def start_again(self, *, thought: str | None = None) -> None:
        """Begin another set. If it counts in the end, ``thought`` is the text before it."""
        if self._earlier is None:
            self._earlier = self.current
        self.current = FieldSet(self._emit)
        self._hidden = {}
        self._thought_instead = thought

    def reopen(self, name: str) -> None:
        if name in self.current.given:
            self.current.given.discard(name)
            self._hidden.pop(name, None)
            if not self.keeps_back:
                self._reasoned = self._reasoned and name != REASONING
                value = self.thought if name == REASONING else ""
                self._out.append(Delta(name, value, replaces=True))
        self.current.open(name)

    def give_up(self) -> None:
        """The held-back set never got its main field: the previous one counts."""
        if self._earlier is not None:
            self.current, self._earlier = self._earlier, None

    def set_all(self, values: dict[str, str]) -> None:
        for name in self._fields.names:
            if name in values or name in self.current.given:
                value = values.get(name, "")
                if name == REASONING:
                    value = _joined(self.thought, value)
                self._out.append(Delta(name, value, replaces=True))
        self.current.given = {name for name, value in values.items() if value}
        self.current.opened |= values.keys()

    def _emit(self, field: str, text: str) -> None:
        if self._earlier is not None:
            self._hidden[field] = self._hidden.get(field, "") + text
            if field == self._fields.main:
                self._replace_earlier()
            return
        if field == REASONING and not self._reasoned:
            self._reasoned = True
            if self.thought:
                text = f"\n\n{text}"
        self._out.append(Delta(field, text))

    def _replace_earlier(self) -> None:
        if self._thought_instead is not None:
            self._thought = StringIO()
            self._thought.write(self._thought_instead.strip())
            self.current.given.add(REASONING)
        self.current.given |= self._earlier.given if self._earlier else set()
        self.set_all(self._hidden)
        self._reasoned = REASONING in self._hidden
        self._earlier, self._hidden = None, {}

    def _show_thought(self, field: str, text: str) -> None:
        self._thought.write(text)
        self._out.append(Delta(field, text))


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
