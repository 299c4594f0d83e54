"""The list of conversations at the left: the newest, found by words, grouped by day, in pages.

A page ends with a cursor: the place of its last conversation. The next page begins behind it,
however many came to the top in between.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from chat.models import Conversation
from chat.search import excerpt, found_in, marked, matching, terms_of

#: More than a screen, so that the next page comes before the reader is at the end.
PAGE_SIZE = 40


@dataclass(frozen=True)
class Cursor:
    """A conversation's place in the list: ``2026-11-22T13:00:00.000001+00:00_17``."""

    updated_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.updated_at.isoformat()}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for what is no cursor: the list then starts at its top."""
        moment, _, pk = text.partition("_")
        try:
            updated_at = datetime.fromisoformat(moment)
        except ValueError:
            return None
        is_id = pk.isascii() and pk.isdigit() and len(pk) < 19
        return cls(updated_at, int(pk)) if is_id and updated_at.tzinfo else None


@dataclass(frozen=True)
class Entry:
    """A conversation in the list; with words to find its title has marks and there is a place."""

    conversation: Conversation
    title: str
    excerpt: str = ""


@dataclass
class Day:
    """Conversations under one heading: ``Today``, ``Earlier this week``, ``March 2026``."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    continues: bool = False  # its heading stands on the page before


@dataclass(frozen=True)
class Listed:
    """One page of the list."""

    days: list[Day]
    find: str = ""
    more: Cursor | None = None

    @property
    def more_query(self) -> str:
        """The next page's: ``find=sar&after=2026-…``."""
        values = {"find": self.find, "after": str(self.more or "")}
        return urlencode({name: value for name, value in values.items() if value})


def listed(user: Any, *, find: str = "", after: Cursor | None = None) -> Listed:
    """The user's newest conversations behind ``after``, with all words of ``find`` if it has any.

    What has no letter or digit finds nothing.
    """
    conversations = Conversation.objects.owned_by(user).newest_first()
    find, terms = find.strip(), terms_of(find)
    if find:
        conversations = matching(conversations, terms, owner_id=user.pk)
    if after is not None:
        same_moment = Q(updated_at=after.updated_at, pk__lt=after.pk)
        conversations = conversations.filter(Q(updated_at__lt=after.updated_at) | same_moment)
    found = list(conversations[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    last = Cursor(shown[-1].updated_at, shown[-1].pk) if len(found) > PAGE_SIZE else None
    today = timezone.localdate()
    days = list(grouped(_entries(shown, terms), today=today))
    if after is not None and days:
        days[0].continues = days[0].name == _day_of(after.updated_at, today=today)
    return Listed(days, find=find, more=last)


def _entries(conversations: Sequence[Conversation], terms: Sequence[str]) -> list[Entry]:
    texts = found_in([conversation.pk for conversation in conversations], terms)
    return [
        Entry(
            conversation,
            title=marked(str(conversation), terms),
            excerpt=excerpt(texts.get(conversation.pk, ""), terms),
        )
        for conversation in conversations
    ]


def grouped(entries: Iterable[Entry], *, today: date) -> Iterator[Day]:
    """In the order given, a new heading wherever the day's name changes."""
    current: Day | None = None
    for entry in entries:
        name = _day_of(entry.conversation.updated_at, today=today)
        if current is None or current.name != name:
            if current is not None:
                yield current
            current = Day(name)
        current.entries.append(entry)
    if current is not None:
        yield current


def _day_of(moment: datetime, *, today: date) -> str:
    return day_name(timezone.localtime(moment).date(), today=today)


def day_name(day: date, *, today: date) -> str:
    """``Today``, ``Yesterday``, ``Last 7 days``, then the month."""
    age_days = (today - day).days
    if age_days <= 0:
        return "Today"
    if age_days == 1:
        return "Yesterday"
    return "Last 7 days" if age_days < 7 else date_format(day, "F Y")
