"""Selects the turns of a path that a page shows.

A page has at most ``MAX_TURNS`` turns, because each takes up to 16 ms to render: a conversation of
1,000 turns opens as fast as one of ten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from chat.web.request_values import optional_id

#: Fills more than a screen even with short answers.
MAX_TURNS = 12
#: A linked turn is shown below some of its context.
_TURNS_ABOVE = 2


@dataclass(frozen=True)
class PageSlice:
    """Turn ids, oldest first, and the nearest turns on either side that are not shown."""

    ids: Sequence[int]
    earlier: int | None = None
    later: int | None = None

    @property
    def first(self) -> int | None:
        return next(iter(self.ids), None)

    @property
    def last(self) -> int | None:
        return next(reversed(self.ids), None)


@dataclass(frozen=True)
class SliceRequest:
    """``?turn=7``, ``?before=7`` or ``?after=7``; by default the end of the path."""

    turn: int | None = None
    before: int | None = None
    after: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "SliceRequest":
        """Raises ``Http404`` for a value that is not an id."""
        return cls(**{name: optional_id(query.get(name, "")) for name in cls.__annotations__})

    @property
    def through(self) -> int | None:
        """The turn that the path must contain."""
        return next((at for at in (self.turn, self.before, self.after) if at is not None), None)

    def slice_of(self, path: Sequence[int]) -> PageSlice:
        """Raises ``Http404`` if the turn is not on the path."""
        if self.through is None:
            return _slice(path, len(path) - MAX_TURNS)
        if self.through not in path:
            raise Http404("no such turn in this conversation")
        at = path.index(self.through)
        if self.turn is not None:
            return _slice(path, min(at - _TURNS_ABOVE, len(path) - MAX_TURNS))
        if self.before is not None:
            return _slice(path, at - MAX_TURNS, end=at)
        return _slice(path, at + 1)


def _slice(path: Sequence[int], start: int, *, end: int | None = None) -> PageSlice:
    start = max(0, start)
    ids = path[start : start + MAX_TURNS if end is None else end]
    after = start + len(ids)
    return PageSlice(
        ids,
        earlier=path[start - 1] if start else None,
        later=path[after] if after < len(path) else None,
    )
