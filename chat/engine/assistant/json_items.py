"""Splits streamed JSON lists into items, each as soon as it is complete.

For findings and artifacts: raw text of the field in, objects out.
"""

import json
import re

_STOP = re.compile(r'["{}\\]')


class ItemSplitter:
    """Text around the objects (brackets, a code fence, a remark) is ignored. Invalid objects are
    skipped; the final, repaired list replaces what was streamed.
    """

    def __init__(self) -> None:
        self._buffer = ""
        self._at = 0  # everything before is scanned
        self._depth = 0
        self._quoted = False

    def feed(self, text: str) -> list[dict[str, object]]:
        self._buffer += text
        items: list[dict[str, object]] = []
        while stop := _STOP.search(self._buffer, self._at):
            if stop[0] == "\\" and stop.end() == len(self._buffer):
                self._at = stop.start()  # the escaped character has not arrived
                return items
            self._at = stop.end()
            if self._closes(stop[0]):
                items += _objects(self._buffer[: self._at])
                self._buffer, self._at = self._buffer[self._at :], 0
        self._at = len(self._buffer)
        return items

    def _closes(self, sign: str) -> bool:
        """Consume one character; True if it completes an object."""
        if sign == "\\":
            self._at += 1
        elif not self._depth:
            if sign == "{":
                self._begin()
        elif sign == '"':
            self._quoted = not self._quoted
        elif not self._quoted:
            self._depth += 1 if sign == "{" else -1
            return self._depth == 0
        return False

    def _begin(self) -> None:
        self._buffer, self._at = self._buffer[self._at - 1 :], 1
        self._depth = 1


def _objects(raw: str) -> list[dict[str, object]]:
    try:
        value = json.loads(raw, strict=False)
    except ValueError:
        return []
    return [value] if isinstance(value, dict) else []
