"""Splitters: a model's raw output, arriving in any pieces, to text for each field.

``feed(text)`` returns the (field, text) deltas that became certain; ``finish()`` the rest. Joined
per field, the deltas equal what DSPy's adapter parses from the whole output (``adapter.parse``),
whatever the pieces were. Both splitters therefore follow the adapter's own rules to the letter,
odd ones included. List fields (findings, artifacts) come as raw JSON text; see ``items.py``.
"""

import re
from collections.abc import Callable, Iterable
from typing import Protocol

from chat.engine.providers.chat_adapter import COMPLETED

Delta = tuple[str, str]


class Splitter(Protocol):
    """What the listener needs of either splitter."""

    def feed(self, text: str) -> list[Delta]: ...

    def finish(self) -> list[Delta]: ...


# The line breaks of str.splitlines(), by which ChatAdapter.parse cuts.
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_MARKER = re.compile(r"\[\[ ## (\w+) ## \]\]")
# Every proper beginning of a marker.
_MARKER_START = re.compile(r"\[(\[( (#(#( (\w+( (#(#( \]?)?)?)?)?)?)?)?)?)?)?")


class ChatSplitter:
    """For ChatAdapter: ``[[ ## name ## ]]`` at the start of a line opens a field.

    The first occurrence of a field counts; a second one and ``completed`` end the field before.
    Any other name is text.
    Values are stripped; the rest of the marker's own line is stripped by itself.
    """

    def __init__(self, fields: Iterable[str]) -> None:
        self._unseen = set(fields)
        self._markers = {*self._unseen, COMPLETED}
        self._field: str | None = None  # the field that receives text now
        self._line = ""  # the current line's beginning while it may still become a marker
        self._undecided = True
        self._on_marker_line = False
        self._started = False  # the field has non-blank text
        self._blanks = ""  # white space that counts only if more text follows
        self._carriage_return = False  # may be half of "\r\n"
        self._out: list[Delta] = []

    def feed(self, text: str) -> list[Delta]:
        if self._carriage_return:
            text = "\r" + text
        self._carriage_return = text.endswith("\r")
        if self._carriage_return:
            text = text[:-1]
        first, *rest = _LINE_BREAK.split(text)
        self._in_line(first)
        for piece in rest:
            self._end_line()
            self._in_line(piece)
        return self._take()

    def finish(self) -> list[Delta]:
        self._end_line()
        return self._take()

    def _take(self) -> list[Delta]:
        out, self._out = self._out, []
        return out

    def _in_line(self, piece: str) -> None:
        if not self._undecided:
            self._value(piece)
            return
        self._line += piece
        beginning = self._line.lstrip()
        marker = _MARKER.match(beginning)
        if marker and marker[1] in self._markers:
            self._open(marker[1])
            # parse() takes the offset in the stripped line, but cuts the unstripped one.
            self._decide(self._line[marker.end() :])
        elif marker or (beginning and not _MARKER_START.fullmatch(beginning)):
            self._decide(self._line)

    def _decide(self, value: str) -> None:
        self._undecided = False
        self._line = ""
        self._value(value)

    def _end_line(self) -> None:
        if self._undecided and self._line:
            self._decide(self._line)
        if self._on_marker_line:
            self._blanks = ""
        self._value("\n")
        self._undecided, self._on_marker_line, self._line = True, False, ""

    def _open(self, name: str) -> None:
        self._field = name if name in self._unseen else None
        self._unseen.discard(name)
        self._on_marker_line = True
        self._started, self._blanks = False, ""

    def _value(self, text: str) -> None:
        if self._field is None or not text:
            return
        if not self._started:
            text = text.lstrip()
        solid = text.rstrip()
        if solid:
            self._out.append((self._field, self._blanks + solid))
            self._started, self._blanks = True, text[len(solid) :]
        elif self._started:
            self._blanks += text


_ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_STRING_STOP = re.compile(r'["\\]')
_VALUE_STOP = re.compile(r'["{}\[\],]')
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


class JSONSplitter:
    """For JSONAdapter: the members of the output's outermost object.

    A string value is decoded as it arrives, surrogate pairs whole; any other value comes as raw
    JSON text. What stands before the object (a code fence, a preamble) is skipped.
    """

    def __init__(self, fields: Iterable[str]) -> None:
        self._fields = set(fields)
        self._state: Callable[[], bool] = self._seek_object
        self._buffer = ""
        self._key = ""
        self._depth = 0
        self._quoted = False  # inside a string within a raw value
        self._high = 0  # the first half of a surrogate pair
        self._out: list[Delta] = []

    def feed(self, text: str) -> list[Delta]:
        self._buffer += text
        while self._buffer and self._state():
            pass
        out, self._out = self._out, []
        return out

    def finish(self) -> list[Delta]:
        self._state = self._ignore
        return []

    # Each state consumes some of the buffer and returns True, or returns False to wait for more.

    def _seek_object(self) -> bool:
        return self._skip_to("{", self._seek_key)

    def _seek_key(self) -> bool:
        return self._skip_to('"', self._in_key)

    def _in_key(self) -> bool:
        end = self._buffer.find('"')
        if end < 0:
            return False
        self._key, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        self._state = self._seek_colon
        return True

    def _seek_colon(self) -> bool:
        return self._skip_to(":", self._seek_value)

    def _seek_value(self) -> bool:
        self._buffer = self._buffer.lstrip()
        if not self._buffer:
            return False
        if self._buffer[0] == '"':
            self._buffer = self._buffer[1:]
            self._state = self._in_string
        else:
            self._depth, self._quoted = 0, False
            self._state = self._in_value
        return True

    def _in_string(self) -> bool:
        stop = _STRING_STOP.search(self._buffer)
        end = stop.start() if stop else len(self._buffer)
        if end:
            self._emit_text(self._buffer[:end])
            self._buffer = self._buffer[end:]
        if stop is None:
            return False
        if stop[0] == '"':
            self._emit_text("")
            self._buffer = self._buffer[1:]
            self._state = self._seek_key
            return True
        return self._escape()

    def _escape(self) -> bool:
        length = 6 if self._buffer[1:2] == "u" else 2
        if len(self._buffer) < length:
            return False
        escape, self._buffer = self._buffer[1:length], self._buffer[length:]
        if length == 2:
            self._emit_text(_ESCAPES.get(escape, "\\" + escape))
        else:
            self._emit_code(escape[1:])
        return True

    def _emit_code(self, digits: str) -> None:
        try:
            code = int(digits, 16)
        except ValueError:
            self._emit_text("\\u" + digits)
            return
        if self._high and code in _LOW:
            code = 0x10000 + ((self._high - _HIGH.start) << 10) + (code - _LOW.start)
            self._high = 0
        if code in _HIGH:
            self._emit_text("")
            self._high = code
        else:
            self._emit_text(chr(code))

    def _emit_text(self, text: str) -> None:
        if self._high:
            text, self._high = chr(self._high) + text, 0
        self._emit(text)

    def _in_value(self) -> bool:
        """Raw JSON up to the comma or brace that ends the member."""
        if self._quoted:
            return self._in_quotes()
        stop = _VALUE_STOP.search(self._buffer)
        if stop is None:
            self._emit(self._buffer)
            self._buffer = ""
            return False
        sign, at = stop[0], stop.start()
        if sign in ",}" and self._depth == 0:
            self._emit(self._buffer[:at])
            self._buffer = self._buffer[at + 1 :]
            self._state = self._seek_key if sign == "," else self._ignore
            return True
        self._depth += (sign in "{[") - (sign in "}]")
        self._quoted = sign == '"'
        self._emit(self._buffer[: at + 1])
        self._buffer = self._buffer[at + 1 :]
        return True

    def _in_quotes(self) -> bool:
        stop = _STRING_STOP.search(self._buffer)
        end = len(self._buffer) if stop is None else stop.start() + 1
        if stop is not None and stop[0] == "\\":
            if len(self._buffer) == end:
                return False  # the escaped sign has not arrived
            end += 1
        elif stop is not None:
            self._quoted = False
        self._emit(self._buffer[:end])
        self._buffer = self._buffer[end:]
        return True

    def _ignore(self) -> bool:
        self._buffer = ""
        return False

    def _skip_to(self, sign: str, then: Callable[[], bool]) -> bool:
        at = self._buffer.find(sign)
        self._buffer = self._buffer[at + 1 :] if at >= 0 else ""
        if at >= 0:
            self._state = then
        return at >= 0

    def _emit(self, text: str) -> None:
        if text and self._key in self._fields:
            self._out.append((self._key, text))
