"""The conversation list in the sidebar: newest first, searchable, grouped by day, paginated.

Pages are keyset-paginated: a page ends with a cursor, the position of its last conversation, so
conversations that move to the top in between cause no gaps or repeats.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.conversations.models import Conversation, Turn, TurnTree
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search import Match, Term, excerpt, marked, search, terms_of
from chat.web.request_values import parse_id

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: More than a screen, so that the next page loads before the reader reaches the end.
PAGE_SIZE = 40


Shelf = Literal["", "archived", "deleted"]
#: Values of ``?show=``.
SHELVES: dict[str, Shelf] = {"archived": "archived", "deleted": "deleted"}
#: Heading, and the text of an empty list.
_SHELF_WORDS: dict[Shelf, tuple["_StrPromise", "_StrPromise"]] = {
    "": (gettext_lazy("Conversations"), gettext_lazy("Your conversations appear here.")),
    "archived": (
        gettext_lazy("Archived conversations"),
        gettext_lazy("No archived conversations."),
    ),
    "deleted": (
        gettext_lazy("Deleted conversations"),
        gettext_lazy("No recently deleted conversations."),
    ),
}


@dataclass(frozen=True)
class Cursor:
    """A position in the list: ``2026-11-22T13:00:00.000001+00:00_17``."""

    updated_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.updated_at.isoformat()}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for an invalid cursor; the list then starts at the top."""
        moment, _, pk = text.partition("_")
        try:
            updated_at = datetime.fromisoformat(moment)
        except ValueError:
            return None
        conversation_id = parse_id(pk)
        if conversation_id is None or updated_at.tzinfo is None:
            return None
        return cls(updated_at, conversation_id)


@dataclass(frozen=True)
class Entry:
    """A conversation in the list. In search results the title is highlighted and ``excerpt``
    quotes ``turn``.
    """

    conversation: Conversation
    title: str
    excerpt: str = ""
    turn: Turn | None = None

    @property
    def url(self) -> str:
        return (self.turn or self.conversation).get_absolute_url()


@dataclass
class DayGroup:
    """Conversations under one heading: ``Today``, ``Earlier this week``, ``March 2026``."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    continues: bool = False  # its heading is on the previous page


@dataclass(frozen=True)
class ListPage:
    days: list[DayGroup]
    find: str = ""
    shelf: Shelf = ""
    more: Cursor | None = None

    @property
    def name(self) -> str:
        return str(_SHELF_WORDS[self.shelf][0])

    @property
    def nothing(self) -> str:
        if self.find:
            return _("No conversation contains these words.")
        return str(_SHELF_WORDS[self.shelf][1])

    @property
    def more_query(self) -> str:
        """The next page's: ``find=sar&after=2026-…``."""
        values = {"find": self.find, "show": self.shelf, "after": str(self.more or "")}
        return urlencode({name: value for name, value in values.items() if value})


def list_page(
    user: User, *, find: str = "", shelf: Shelf = "", after: Cursor | None = None
) -> ListPage:
    """One page of a shelf, or of the conversations that contain all words of ``find``.

    Search includes archived conversations but not deleted ones. Input without a letter or digit
    finds nothing.
    """
    find, terms = find.strip(), terms_of(find)
    shelf = "" if find else shelf
    all_of_them = Conversation.objects.owned_by(user) if find else _on(shelf, user)
    conversations = _behind(after, all_of_them.newest_first())
    if find:
        found = search(conversations, terms, most=PAGE_SIZE + 1)
    else:
        found = [Match(each, None) for each in conversations[: PAGE_SIZE + 1]]
    shown = found[:PAGE_SIZE]
    last = shown[-1].conversation if len(found) > PAGE_SIZE else None
    today = timezone.localdate()
    days = list(group_by_day(_entries(shown, terms), today=today))
    if after is not None and days:
        days[0].continues = days[0].name == _day_of(after.updated_at, today=today)
    more = Cursor(last.updated_at, last.pk) if last else None
    return ListPage(days, find=find, shelf=shelf, more=more)


def _behind(after: Cursor | None, conversations: ConversationQuerySet) -> ConversationQuerySet:
    if after is None:
        return conversations
    same_moment = Q(updated_at=after.updated_at, pk__lt=after.pk)
    # Implied by the second condition, but lets the database seek in the index.
    return conversations.filter(
        Q(updated_at__lte=after.updated_at), Q(updated_at__lt=after.updated_at) | same_moment
    )


def _on(shelf: Shelf, user: User) -> ConversationQuerySet:
    match shelf:
        case "archived":
            return Conversation.objects.owned_by(user).archived()
        case "deleted":
            return Conversation.objects.deleted_by(user)
        case _:
            return Conversation.objects.owned_by(user).in_use()


def _entries(matches: Sequence[Match], terms: Sequence[Term]) -> list[Entry]:
    turns = _turns_of(matches)
    return [
        Entry(
            match.conversation,
            title=marked(str(match.conversation), terms),
            excerpt=excerpt(match.hit.text if match.hit else "", terms),
            turn=turns.get(match.conversation.pk),
        )
        for match in matches
    ]


def _turns_of(matches: Sequence[Match]) -> dict[int, Turn]:
    """By conversation id: the turn whose question or answer matched."""
    ids = [match.hit.message_id for match in matches if match.hit]
    if not ids:
        return {}
    is_theirs = Q(question__in=ids) | Q(reply__in=ids)
    turns: defaultdict[int, dict[int, Turn]] = defaultdict(dict)
    for turn in Turn.objects.filter(is_theirs).only("conversation_id"):
        turns[turn.conversation_id][turn.pk] = turn
    conversations = (match.conversation for match in matches if match.conversation.pk in turns)
    return {each.pk: _shown_one(each, turns[each.pk]) for each in conversations}


def _shown_one(conversation: Conversation, turns: dict[int, Turn]) -> Turn:
    """A question with several answers is on several paths; prefer the path shown last."""
    if len(turns) == 1:
        return next(iter(turns.values()))
    tree = TurnTree.of(conversation.pk)
    return turns[tree.nearest(turns, preferred=conversation.current_turn_id)]


def group_by_day(entries: Iterable[Entry], *, today: date) -> Iterator[DayGroup]:
    """Entries stay in order; a new group starts where the day name changes."""
    current: DayGroup | None = None
    for entry in entries:
        name = _day_of(entry.conversation.updated_at, today=today)
        if current is None or current.name != name:
            if current is not None:
                yield current
            current = DayGroup(name)
        current.entries.append(entry)
    if current is not None:
        yield current


def _day_of(moment: datetime, *, today: date) -> str:
    return day_name(timezone.localtime(moment).date(), today=today)


def day_name(day: date, *, today: date) -> str:
    age_days = (today - day).days
    if age_days <= 0:
        return _("Today")
    if age_days == 1:
        return _("Yesterday")
    return _("Last 7 days") if age_days < 7 else date_format(day, "YEAR_MONTH_FORMAT")
