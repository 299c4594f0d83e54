"""Merging text deltas: many small events of one read become one, with the same text.

An OpenAI-style stream carries one JSON event per token. Parsing and passing on each costs the
same as passing on ten tokens at once. Only events that are nothing but text are merged; roles,
reasoning, tool calls, finish reasons, usage and errors go through as they are and in their place.
"""

from collections.abc import Iterator
from typing import Any

import orjson

_PREFIX = b"data: "
#: lm15 refuses lines over 64 KiB; merged ones stay far below.
_MOST_CHARS = 16_000


class DeltaMerger:
    """Bytes of an event stream in, lines out. A merged event never spans two reads."""

    def __init__(self) -> None:
        self._rest = b""
        self._event: dict[str, Any] | None = None  # the text event being grown
        self._texts: list[str] = []
        self._chars = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that became complete. All text of ``data`` is out at the end."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(_PREFIX):
                yield from self._take(line)
            elif line not in (b"", b"\r"):  # event:, id:, retry: or a comment of another dialect
                yield from self._flush()
                yield line + b"\n"
            elif self._event is None:
                yield b"\n"
        yield from self._flush()

    def finish(self) -> Iterator[bytes]:
        if self._rest:
            yield self._rest
            self._rest = b""

    def _take(self, line: bytes) -> Iterator[bytes]:
        event = _text_event(line)
        if event is None:
            yield from self._flush()
            yield line + b"\n"
            return
        if self._chars > _MOST_CHARS:
            yield from self._flush()
        text = event["choices"][0]["delta"]["content"]
        self._event = self._event or event
        self._texts.append(text)
        self._chars += len(text)

    def _flush(self) -> Iterator[bytes]:
        if self._event is None:
            return
        self._event["choices"][0]["delta"]["content"] = "".join(self._texts)
        yield _PREFIX + orjson.dumps(self._event) + b"\n"
        yield b"\n"
        self._event, self._texts, self._chars = None, [], 0


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
