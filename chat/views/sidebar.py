"""The list of conversations at the left: the newest, found by words, grouped by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from chat.models import Conversation
from chat.models.conversation import ConversationQuerySet

#: More than this nobody scrolls through; older ones are found by search.
MOST_SHOWN = 60


@dataclass
class Day:
    """Conversations under one heading: ``Today``, ``Earlier this week``, ``March 2026``."""

    name: str
    conversations: list[Conversation] = field(default_factory=list)


def days(user: Any, *, find: str = "") -> list[Day]:
    """The user's newest conversations, those with ``find`` in title or messages."""
    conversations = Conversation.objects.owned_by(user).newest_first()
    if find := find.strip():
        conversations = _with_words(conversations, find)
    return list(grouped(conversations[:MOST_SHOWN], today=timezone.localdate()))


def _with_words(conversations: ConversationQuerySet, find: str) -> ConversationQuerySet:
    in_messages = Conversation.objects.filter(messages__text__icontains=find).values("pk")
    return conversations.filter(Q(title__icontains=find) | Q(pk__in=in_messages))


def grouped(conversations: Iterable[Conversation], *, today: date) -> Iterator[Day]:
    """In the order given, a new heading wherever the day's name changes."""
    current: Day | None = None
    for conversation in conversations:
        name = day_name(timezone.localtime(conversation.updated_at).date(), today=today)
        if current is None or current.name != name:
            if current is not None:
                yield current
            current = Day(name)
        current.conversations.append(conversation)
    if current is not None:
        yield current


def day_name(day: date, *, today: date) -> str:
    """``Today``, ``Yesterday``, ``Last 7 days``, then the month."""
    age_days = (today - day).days
    if age_days <= 0:
        return "Today"
    if age_days == 1:
        return "Yesterday"
    return "Last 7 days" if age_days < 7 else date_format(day, "F Y")
