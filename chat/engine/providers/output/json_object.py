"""Splits a JSON object, arriving in pieces, into the text of its members."""

import re
from collections.abc import Callable
from typing import Protocol

_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_STRING_STOP = re.compile(r'["\\]')
_VALUE_STOP = re.compile(r'["{}\[\],]')
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


class Members(Protocol):
    """Receives members: each is opened, written in pieces and ended."""

    def open_member(self, key: str) -> bool:
        """Returns whether the member's value is wanted."""

    def write_member(self, text: str, *, raw: bool) -> None:
        """``raw``: JSON of a value that is not a string."""

    def end_member(self) -> None: ...


class ObjectSplitter:
    """Decodes a string value as it arrives, surrogate pairs whole; passes on other values as raw
    JSON. Mistakes of small models in a string (a line break) are kept as they are.
    """

    def __init__(self, members: Members) -> None:
        self._members = members
        self._state: Callable[[], bool] = self._seek_object
        self._buffer = ""
        self._wanted = False
        self._raw = False
        self._depth = 0
        self._quoted = False  # inside a string within a raw value
        self._high = 0  # the first half of a surrogate pair
        self.ended = False

    def feed(self, text: str) -> str:
        """Return what comes after the object's end."""
        self._buffer += text
        while self._buffer and not self.ended and self._state():
            pass
        if not self.ended:
            return ""
        rest, self._buffer = self._buffer, ""
        return rest

    # Each state consumes some of the buffer and returns True, or returns False to wait for more.

    def _seek_object(self) -> bool:
        return self._skip_to("{", self._seek_key)

    def _seek_key(self) -> bool:
        match = re.search(r'["}]', self._buffer)
        self._buffer = self._buffer[match.end() :] if match else ""
        if match is None:
            return False
        if match[0] == "}":
            self.ended = True
        else:
            self._state = self._in_key
        return True

    def _in_key(self) -> bool:
        end = self._buffer.find('"')
        if end < 0:
            return False
        self._wanted = self._members.open_member(self._buffer[:end])
        self._buffer = self._buffer[end + 1 :]
        self._state = self._seek_colon
        return True

    def _seek_colon(self) -> bool:
        return self._skip_to(":", self._seek_value)

    def _seek_value(self) -> bool:
        self._buffer = self._buffer.lstrip()
        if not self._buffer:
            return False
        if self._buffer[0] == '"':
            self._buffer, self._raw = self._buffer[1:], False
            self._state = self._in_string
        else:
            self._depth, self._quoted, self._raw = 0, False, True
            self._state = self._in_value
        return True

    def _in_string(self) -> bool:
        stop = _STRING_STOP.search(self._buffer)
        end = stop.start() if stop else len(self._buffer)
        if end:
            self._write(self._buffer[:end])
            self._buffer = self._buffer[end:]
        if stop is None:
            return False
        if stop[0] == '"':
            self._write("")
            self._buffer = self._buffer[1:]
            self._end_member()
            return True
        return self._escape()

    def _escape(self) -> bool:
        length = 6 if self._buffer[1:2] == "u" else 2
        if len(self._buffer) < length:
            return False
        escape, self._buffer = self._buffer[1:length], self._buffer[length:]
        if length == 2:
            self._write(_ESCAPES.get(escape, "\\" + escape))
        else:
            self._write_code(escape[1:])
        return True

    def _write_code(self, digits: str) -> None:
        try:
            code = int(digits, 16)
        except ValueError:
            self._write("\\u" + digits)
            return
        if self._high and code in _LOW:
            code = 0x10000 + ((self._high - _HIGH.start) << 10) + (code - _LOW.start)
            self._high = 0
        if code in _HIGH:
            self._write("")
            self._high = code
        else:
            self._write(chr(code))

    def _in_value(self) -> bool:
        """Raw JSON up to the comma or brace that ends the member."""
        if self._quoted:
            return self._in_quotes()
        stop = _VALUE_STOP.search(self._buffer)
        if stop is None:
            self._write(self._buffer)
            self._buffer = ""
            return False
        sign, at = stop[0], stop.start()
        if sign in ",}" and self._depth == 0:
            self._write(self._buffer[:at])
            self._buffer = self._buffer[at + (sign == ",") :]
            self._end_member()
            return True
        self._depth += (sign in "{[") - (sign in "}]")
        self._quoted = sign == '"'
        self._write(self._buffer[: at + 1])
        self._buffer = self._buffer[at + 1 :]
        return True

    def _in_quotes(self) -> bool:
        stop = _STRING_STOP.search(self._buffer)
        end = len(self._buffer) if stop is None else stop.start() + 1
        if stop is not None and stop[0] == "\\":
            if len(self._buffer) == end:
                return False  # the escaped character has not arrived
            end += 1
        elif stop is not None:
            self._quoted = False
        self._write(self._buffer[:end])
        self._buffer = self._buffer[end:]
        return True

    def _skip_to(self, sign: str, then: Callable[[], bool]) -> bool:
        at = self._buffer.find(sign)
        self._buffer = self._buffer[at + 1 :] if at >= 0 else ""
        if at >= 0:
            self._state = then
        return at >= 0

    def _write(self, text: str) -> None:
        if self._high:
            text, self._high = chr(self._high) + text, 0
        if text and self._wanted:
            self._members.write_member(text, raw=self._raw)

    def _end_member(self) -> None:
        if self._wanted:
            self._members.end_member()
        self._state = self._seek_key
