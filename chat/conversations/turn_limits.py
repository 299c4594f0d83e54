"""Limits on starting turns: live turns and turns per minute of a user, and the lock for counting.

``chat.conversations.start`` calls it inside the transaction that saves a turn.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from chat.conversations.models import StreamStats
from chat.conversations.models.turn import Unfinished
from chat.kernel.conf import conf
from chat.kernel.errors import RateLimited, TooManyLiveTurns

_MINUTE = timedelta(minutes=1)
#: Retry-After while live turns run. Their end is unknown; a few seconds is fair.
_LIVE_TURN_S = 5.0


@dataclass(frozen=True)
class Usage:
    """What decides whether a user may start a turn now."""

    existing: int | None  # id of the turn this key has started
    live: int
    of_this_minute: int


#: One statement: three ORM queries would add 1.3 ms to every question.
_USAGE_SQL = """
    SELECT
        (SELECT id FROM conversations_turn WHERE idempotency_key = %s),
        (SELECT count(*) FROM conversations_turn AS turn
            JOIN conversations_conversation AS its ON its.id = turn.conversation_id
            WHERE its.owner_id = %s AND its.deleted_at IS NULL AND turn.status IN (%s, %s)),
        (SELECT count(*) FROM conversations_streamstats AS stats
            JOIN conversations_turn AS turn ON turn.id = stats.turn_id
            JOIN conversations_conversation AS its ON its.id = turn.conversation_id
            WHERE its.owner_id = %s AND stats.queued_at > %s)
"""


def lock_user(user: User) -> None:
    """Serialise a user's requests. SQLite needs no row lock: its transactions lock at BEGIN."""
    if connection.features.has_select_for_update:
        users = get_user_model().objects.select_for_update(no_key=True)
        users.values_list("pk").get(pk=user.pk)


def usage_of(user: User, key: str) -> Usage:
    """Call with the user locked, so that concurrent requests cannot both pass."""
    since = connection.ops.adapt_datetimefield_value(timezone.now() - _MINUTE)
    with connection.cursor() as cursor:
        cursor.execute(_USAGE_SQL, [key, user.pk, *Unfinished.values, user.pk, since])
        return Usage(*cursor.fetchone())


def check_limits(user: User, usage: Usage) -> None:
    """Raises ``TooManyLiveTurns`` or ``RateLimited``, with the time to wait."""
    if usage.live >= conf().live_turns_per_user:
        raise TooManyLiveTurns(retry_after_s=_LIVE_TURN_S)
    if usage.of_this_minute >= conf().turns_per_minute:
        recent = StreamStats.objects.filter(
            turn__conversation__owner=user, queued_at__gt=timezone.now() - _MINUTE
        )
        oldest = recent.order_by("queued_at").values_list("queued_at", flat=True).first()
        wait_s = (oldest + _MINUTE - timezone.now()).total_seconds() if oldest else 0.0
        raise RateLimited.for_seconds(max(1.0, wait_s))
