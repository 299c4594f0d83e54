"""Merging text deltas: many small events become one, with the same text.

An OpenAI-style stream carries one JSON event per token. Parsing and passing on each costs the
same as passing on ten tokens at once. Only events that are nothing but text are merged; roles,
reasoning, tool calls, finish reasons, usage and errors go through as they are and in their place.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

_PREFIX = b"data: "
_BLANK = (b"", b"\r")
#: lm15 refuses lines over 64 KiB. A character takes six bytes at most.
_MOST_CHARS = 8_000
_CONTENT = re.compile(rb'"content":\s*("(?:[^"\\]|\\.)*")')


def nobody(text: str) -> bool:
    """There is no other way than a line."""
    return False


class DeltaMerger:
    """Bytes of an event stream in, lines out.

    ``heard`` is offered the text of each read. Where it says True, the reader of the text has it
    already, and its line may wait to be merged with later ones; otherwise nothing waits.
    """

    def __init__(self, heard: Callable[[str], bool] = nobody) -> None:
        self.heard = heard
        self._rest = b""
        self._fresh: list[str] = []  # text of this read that nobody was offered yet
        self._waiting = ""  # text that was heard and has no line yet
        self._model: dict[str, Any] = {}  # the newest text event, to make merged ones of
        self._head = self._foot = b""  # what surrounds the text in the lines of this stream
        self._in_text = False

    @property
    def has_told(self) -> bool:
        """Whether there were lines of text. The first ones nobody hears before they are told."""
        return bool(self._model)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that became complete. All text of ``data`` is out at the end, or heard."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line in _BLANK:
                if not self._in_text:
                    yield b"\n"
                continue
            text = self._text_of(line) if line.startswith(_PREFIX) else None
            self._in_text = text is not None
            if text is None:
                yield from self._in_order()
                yield from self._flush()
                yield line + b"\n"
            else:
                self._fresh.append(text)
        yield from self._in_order()

    def finish(self, *, whole: bool = True) -> Iterator[bytes]:
        """What is left when the stream has ended. One that broke leaves half a line."""
        yield from self._flush()
        if self._rest and whole:
            yield self._rest
            self._rest = b""

    def _in_order(self) -> Iterator[bytes]:
        """Offer the fresh text; what was not heard is told by a line, at once."""
        if not self._fresh:
            return
        text = "".join(self._fresh)
        self._fresh = []
        heard = self.heard(text)
        if not heard:
            yield from self._flush()
        self._waiting += text  # in one piece: as a list of small ones it takes twice the memory
        if not heard or len(self._waiting) > _MOST_CHARS:
            yield from self._flush()

    def _flush(self) -> Iterator[bytes]:
        text, self._waiting = self._waiting, ""
        for at in range(0, len(text), _MOST_CHARS):
            self._model["choices"][0]["delta"]["content"] = text[at : at + _MOST_CHARS]
            yield _PREFIX + orjson.dumps(self._model) + b"\n"
            yield b"\n"

    def _text_of(self, line: bytes) -> str | None:
        """The line's text, if it is one delta of text and nothing else."""
        if self._head and line.startswith(self._head) and line.endswith(self._foot):
            # Like the last one but for its text, which must be a whole string to be valid JSON.
            try:
                text = orjson.loads(line[len(self._head) : len(line) - len(self._foot)])
            except orjson.JSONDecodeError:
                text = None
            if isinstance(text, str):
                return text
        event = _text_event(line)
        if event is None:
            return None
        self._model = event
        self._learn(line)
        found: str = event["choices"][0]["delta"]["content"]
        return found

    def _learn(self, line: bytes) -> None:
        """Remember what surrounds the text, so that lines like this one need no parser."""
        self._head = self._foot = b""
        if match := _CONTENT.search(line):
            head, foot = line[: match.start(1)], line[match.end(1) :]
            probe = _text_event(head + b'"?"' + foot)
            if probe is not None and probe["choices"][0]["delta"]["content"] == "?":
                self._head, self._foot = head, foot


def _text_event(line: bytes) -> dict[str, Any] | None:
    """The event, if it is one delta of text and nothing else."""
    try:
        event = orjson.loads(line[len(_PREFIX) :])
        [choice] = event["choices"]
        delta = choice["delta"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    plain = (
        isinstance(delta, dict)
        and delta.keys() == {"content"}
        and isinstance(delta["content"], str)
        and choice.get("finish_reason") is None
        and choice.get("logprobs") is None
        and event.get("usage") is None
        and event.get("error") is None
    )
    return event if plain else None
