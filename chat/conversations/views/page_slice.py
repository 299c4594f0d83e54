"""Which turns of a conversation a page shows: a window on the path, and where it goes on.

The page of a conversation asks; the ids come from whoever knows the path. A page has at most
``MAX_TURNS`` turns, because each costs up to 16 ms of markdown: that is what makes the page of a
conversation of 1,000 turns as quick as one of ten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from chat.web.request_values import optional_id

#: More than a screen, also of short answers.
MAX_TURNS = 12
#: A turn that is linked to stands below some of what led to it.
_TURNS_ABOVE = 2


@dataclass(frozen=True)
class PageSlice:
    """The turns to show, oldest first, and the nearest turn at either side that is not shown."""

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
    """What an address asks for: ``?turn=7``, ``?before=7``, ``?after=7``; or the path's end."""

    turn: int | None = None
    before: int | None = None
    after: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "SliceRequest":
        """Raises ``Http404`` for what is no id."""
        return cls(**{name: optional_id(query.get(name, "")) for name in cls.__annotations__})

    @property
    def through(self) -> int | None:
        """The turn that the path must contain."""
        return next((at for at in (self.turn, self.before, self.after) if at is not None), None)

    def slice_of(self, path: Sequence[int]) -> PageSlice:
        """Raises ``Http404`` if the path has no such turn."""
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
