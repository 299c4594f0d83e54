"""AnswerReader: a model's whole output, arriving in any pieces, to text for each output field.

The adapters settle an answer with it (all text at once) and the listener streams with it (token by
token), so both come to the same. A model may write the fields

- after markers (``[[ ## response ## ]]``), bold, in another case, or under headings,
- as one JSON object, with or without a fence and words around it,
- not at all: then all of it is the response.

What stands in ``<think>`` belongs to the reasoning, markers and JSON in it included. A later whole
set of fields replaces an earlier one. Text that only looks like a marker stays text: a line with
another name, with a field that was already given, or with a list field after which no list comes.
"""

import re
from collections.abc import Callable

from chat.engine.providers.output import shapes
from chat.engine.providers.output.answer_sets import AnswerSets
from chat.engine.providers.output.field_set import Delta, folded
from chat.engine.providers.output.fields import REASONING, Fields
from chat.engine.providers.output.markers import COMPLETED, Opening, marker_in, opening_in
from chat.engine.providers.output.member_writer import MemberWriter
from chat.engine.providers.output.prose import Prose
from chat.engine.providers.output.whole_output import WholeOutput

_FENCE_LINE = re.compile(r"\s*`{3}\w*\s*\Z")
_STOP_IN_PROSE = re.compile(r"[\n{<]")


class AnswerReader:
    """``feed`` and ``finish`` return what became certain. One per output.

    A step takes text and returns what the next step shall take; it keeps what it cannot decide.
    """

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._sets = AnswerSets(fields)
        self._step: Callable[[str], str] = self._seek
        self._whole = WholeOutput()
        self._final = False
        self._held = ""  # undecided text
        self._prose = Prose(self._sets, fields)
        self._within_line = False
        self.has_form = False
        self._headings = False
        self._doubtful = ""  # the line that may have opened a list field or ended the set
        self._list_field = ""
        self._json: MemberWriter | None = None
        self._json_from = 0
        self._lonely_end: int | None = None  # where the text after a lonely </think> begins

    @property
    def opened(self) -> frozenset[str]:
        """The fields of the set that counts, those without text included."""
        return frozenset(self._sets.current.opened)

    def feed(self, text: str) -> list[Delta]:
        self._run(self._whole.add(text))
        return self._sets.take()

    def finish(self) -> list[Delta]:
        self._run(self._whole.end())
        self._final = True
        step = None
        while step != self._step:
            step = self._step
            self._run(self._step(""))
        self._settle()
        return self._sets.take()

    def _run(self, text: str) -> None:
        while text:
            text = self._step(text)

    # --- before any form --------------------------------------------------------------------------

    def _seek(self, text: str) -> str:
        """Prose, until a form begins."""
        text, self._held = self._held + text, ""
        while text and self._step == self._seek:
            rest = self._in_prose(text) if self._within_line else self._at_line_start(text)
            if rest is None:
                self._held = text
                return ""
            text = rest
        return text

    def _at_line_start(self, text: str) -> str | None:
        """What is left of ``text``; None while more is needed."""
        line, newline, _ = text.partition("\n")
        ended = bool(newline) or self._final
        begin = shapes.opens_thinking(line, ended=ended)
        # Headings count only at the very beginning: prose has headings too.
        headings = self._fields.names if self._prose.is_blank else ()
        opening = opening_in(line, headings, ended=ended)
        if begin is None or opening == "wait":
            return None
        if begin:
            self._sets.begin_thought()
            self._step = self._think
            return text[begin:]
        if isinstance(opening, Opening) and opening.name in self._fields.names:
            self._headings = "[[" not in line[: opening.end]
            return self._begin_form(opening, text)
        self._within_line = True
        return text

    def _begin_form(self, opening: Opening, text: str) -> str:
        self._prose.end()
        self.has_form = True
        self._sets.current.open(opening.name)
        self._step, self._within_line = self._in_fields, True
        return text[opening.end :]

    def _in_prose(self, text: str) -> str | None:
        stop = _STOP_IN_PROSE.search(text)
        if stop is None or stop.start():
            at = stop.start() if stop else len(text)
            self._prose.add(text[:at])
            return text[at:]
        if stop[0] == "\n":
            self._prose.add("\n")
            self._within_line = False
            return text[1:]
        if stop[0] == "{":
            return self._at_brace(text)
        return self._at_angle(text)

    def _at_brace(self, text: str) -> str | None:
        begins = shapes.json_start(text, self._fields.names, ended=self._final)
        if begins is None:
            return None
        if begins:
            self._prose.end()
            return self._begin_json(text)
        self._prose.add("{")
        return text[1:]

    def _at_angle(self, text: str) -> str | None:
        """A ``</think>`` whose beginning the model's template wrote."""
        thought, rest = shapes.split_thinking(text, ended=self._final)
        if rest is None and not thought:
            return None
        if not thought and rest is not None:
            self._prose.end()
            self._within_line = False
            return rest
        self._prose.add("<")
        return text[1:]

    def _think(self, text: str) -> str:
        text, self._held = self._held + text, ""
        thought, rest = shapes.split_thinking(text, ended=self._final)
        self._sets.think(thought)
        if rest is None:
            self._held = text[len(thought) :]
            return ""
        self._step, self._within_line = self._seek, False
        return rest

    # --- fields after markers ---------------------------------------------------------------------

    def _in_fields(self, text: str) -> str:
        headings = self._fields.names if self._headings else ()
        while text or (self._held and self._final):
            piece, newline, text = text.partition("\n")
            if self._within_line:
                self._sets.current.write(piece + newline)
                self._within_line = not newline
                continue
            line, ended = self._held + piece, bool(newline) or self._final
            opening = opening_in(line, headings, ended=ended)
            lonely_end = shapes.ends_thinking(line, ended=ended)
            if opening == "wait" or (lonely_end is None and line.strip()):
                self._held = line
                return ""
            self._held, self._within_line = "", not newline
            if isinstance(opening, Opening):
                rest = line[opening.end :] + newline + text
                if self._open(opening.name, line[: opening.end], rest):
                    return rest
            elif lonely_end and not self._sets.keeps_back:
                self._lonely_end = self._whole.start_of(text)
                before = self._whole.text[: self._lonely_end - len(line + newline)]
                self._sets.start_again(thought=before)
                continue
            self._sets.current.write(line + newline)
        return ""

    def _open(self, name: str, line: str, rest: str) -> bool:
        """Whether the line means something; if so, ``rest`` comes next."""
        current = self._sets.current
        open_text = current.open_field in self._fields.texts and bool(current.given)
        if name == COMPLETED:
            self._doubtful, self._step = line, self._after_end
        elif name not in self._fields.names:
            return False
        elif name in current.given:
            if open_text or name != current.first:
                return False
            self._sets.start_again()
            self._sets.current.open(name)
        elif open_text and name not in self._fields.texts:
            self._doubtful, self._list_field, self._step = line, name, self._in_doubt
        else:
            current.open(name)
        self._within_line = True
        return True

    def _in_doubt(self, text: str) -> str:
        """After a line that opens a list field if a list follows, and is text otherwise."""
        text, self._held = self._held + text, ""
        verdict = shapes.begins_list(text, ended=self._final)
        if verdict is None:
            self._held = text
            return ""
        if verdict:
            self._sets.current.open(self._list_field)
        else:
            self._sets.current.write(self._doubtful)
        self._step, self._within_line = self._in_fields, True
        return text

    def _after_end(self, text: str) -> str:
        """After a set has ended, or a response says so: another set, small talk, or more of it."""
        text, self._held = self._held + text, ""
        line = shapes.first_line(text, ended=self._final)
        if not line:
            self._held = "" if self._final else text
            return ""
        opening = marker_in(line, ended=True)
        name = opening.name if isinstance(opening, Opening) else ""
        current = self._sets.current
        whole = self._json is not None or current.is_full(self._fields.names)
        if name in self._fields.names:
            if whole or name in current.given:
                self._json = None
                self._sets.start_again()
            self._step, self._within_line = self._in_fields, False
            return text.lstrip("\n")
        if name in self._fields.inputs:
            self._step = self._ignore  # the model goes on with a question of its own
            return ""
        if shapes.json_start(line.lstrip(), self._fields.names, ended=True):
            self._sets.start_again()
            return self._begin_json(text[text.index("{") :])
        if whole or _FENCE_LINE.match(line) or name == COMPLETED:
            return text[text.index(line) + len(line) :]
        current.write(self._doubtful)
        self._step, self._within_line = self._in_fields, True
        return text

    def _ignore(self, text: str) -> str:
        return ""

    # --- fields of a JSON object ------------------------------------------------------------------

    def _begin_json(self, text: str) -> str:
        self.has_form = True
        self._json = MemberWriter(self._sets, self._fields)
        self._json_from = self._whole.start_of(text)
        self._step = self._in_json
        return text

    def _in_json(self, text: str) -> str:
        assert self._json is not None
        rest = self._json.feed(text)
        if self._json.ended:
            self._step = self._after_end
        return rest

    # --- the end ----------------------------------------------------------------------------------

    def _settle(self) -> None:
        """What only the whole output tells."""
        if self._step == self._think:
            self._read_unclosed_thought()
            return
        if self._sets.keeps_back:
            self._sets.give_up()
            if self._lonely_end is not None:
                self._sets.current.write("</think>\n" + self._whole.text[self._lonely_end :])
        elif self._json is not None:
            self._json.mend(self._whole.text[self._json_from :])
        elif self._step == self._seek:
            self._prose.settle()
        if self._headings and self._fields.main not in self._sets.current.given:
            self._sets.set_all({self._fields.main: self._whole.text.strip()})

    def _read_unclosed_thought(self) -> None:
        """Fields inside a thought that has no end count: the end was forgotten."""
        inner = AnswerReader(self._fields)
        values = folded([*inner.feed(self._sets.thought), *inner.finish()])
        if inner.has_form and values.get(self._fields.main):
            values.pop(REASONING, None)  # the thought is shown already
            self._sets.set_all(values)
