"""Items of a JSON list, each as soon as its own JSON is complete.

Findings and artifacts stream item by item: the raw text of the field goes in, objects come out.
"""

import json
import re
from typing import Any

_STOP = re.compile(r'["{}\\]')


class ItemSplitter:
    """Feed the raw text of a list field; get the objects that became complete.

    Text around the objects (brackets, a code fence, a remark) is ignored. An object that is not
    valid JSON is left out here; the final, repaired list then replaces what was streamed.
    """

    def __init__(self) -> None:
        self._buffer = ""
        self._at = 0  # what lies before is scanned
        self._depth = 0
        self._quoted = False

    def feed(self, text: str) -> list[dict[str, Any]]:
        self._buffer += text
        items: list[dict[str, Any]] = []
        while stop := _STOP.search(self._buffer, self._at):
            if stop[0] == "\\" and stop.end() == len(self._buffer):
                self._at = stop.start()  # what it escapes has not arrived
                return items
            self._at = stop.end()
            if self._closes(stop[0]):
                items += _objects(self._buffer[: self._at])
                self._buffer, self._at = self._buffer[self._at :], 0
        self._at = len(self._buffer)
        return items

    def _closes(self, sign: str) -> bool:
        """Take one sign; True when it completes an object."""
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


def _objects(raw: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(raw, strict=False)
    except ValueError:
        return []
    return [value] if isinstance(value, dict) else []
