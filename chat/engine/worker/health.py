"""Health checks of database, log, worker, provider and library, for ``/api/health``.

Nothing here calls the provider over the network: a rejected key shows with ``manage.py ask``.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db.models import Count, F
from django.utils import timezone

from chat.accounts.models import RequestCount
from chat.conversations.models import StreamStats, Turn
from chat.conversations.models.turn import Unfinished
from chat.engine.event_log import event_log
from chat.engine.providers.language_model import provider_info
from chat.engine.worker.assembly import worker
from chat.engine.worker.models import WorkerHeartbeat
from chat.engine.worker.process_lock import is_alone
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.library.retrieval.index import library_index

logger = logging.getLogger(__name__)

#: Time limit of a check. Longer than a worker needs for its first heartbeat.
_PATIENCE_S = 5.0
#: The first request starts this process's worker, whose first heartbeat follows shortly.
_FIRST_BEAT_S = 2.0
_LOOK_EVERY_S = 0.05
#: This counter is unused: writing it is the check.
_HEALTH_KEY = "health"
#: How far back failures of the provider are reported.
_LATELY_MIN = 10
#: How many unusable passages are named.
_MOST_NAMES = 5


@dataclass(frozen=True)
class Check:
    """The result of a check. ``detail`` is public, so it holds no secrets."""

    ok: bool
    detail: str


async def health() -> dict[str, Check]:
    parts = {
        "database": _database,
        "log": _log,
        "worker": _worker,
        "provider": _provider,
        "library": _library,
    }
    checks = await asyncio.gather(*(_checked(name, check) for name, check in parts.items()))
    return dict(zip(parts, checks, strict=True))


async def _checked(name: str, check: Callable[[], Awaitable[Check]]) -> Check:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await check()
    except TimeoutError:
        return Check(False, f"No answer within {_PATIENCE_S:.0f} s.")
    except Exception:
        # The exception may contain addresses or paths, so it goes to the log only.
        logger.exception("The check of the %s failed", name)
        return Check(False, "Not available. See the server log.")


async def _database() -> Check:
    await in_database(_write)
    waiting = await in_database(Turn.objects.queued().count)
    return Check(True, f"Available. Queued turns: {waiting}.")


def _write() -> None:
    """A full or read-only database still answers reads."""
    seen = RequestCount.objects.filter(key=_HEALTH_KEY)
    if not seen.update(count=F("count") + 1):
        RequestCount.objects.get_or_create(key=_HEALTH_KEY, defaults={"minute": 0, "count": 0})


async def _log() -> Check:
    if not conf().redis_url and (not is_alone() or await in_database(_others_work)):
        return Check(False, "Several processes are running, each with its own log. Set REDIS_URL.")
    if await event_log().healthy():
        return Check(True, "Readable and writable.")
    return Check(False, "Not readable or not writable.")


async def _worker() -> Check:
    until = monotonic() + _FIRST_BEAT_S
    while not (live_turns := await in_database(_live_turns)):
        if monotonic() > until:
            return Check(False, "No live worker. Questions stay queued.")
        await asyncio.sleep(_LOOK_EVERY_S)
    return Check(True, f"Live workers: {len(live_turns)}. Running turns: {sum(live_turns)}.")


def _others_work() -> bool:
    """Other processes write events that this process's in-memory log misses."""
    if conf().worker == "external":
        return True
    own = WorkerHeartbeat.objects.filter(name=worker().name)
    later = WorkerHeartbeat.objects.alive().filter(seen_at__gt=own.values("started_at"))
    return later.exclude(name=worker().name).exists()


def _live_turns() -> list[int]:
    """Turns per live worker.

    A process with its own worker counts only that one: the last heartbeats of a restarted one look
    alive for a while.
    """
    alive = WorkerHeartbeat.objects.alive()
    if conf().worker == "in-process":
        alive = alive.filter(name=worker().name)
    return list(alive.values_list("live_turns", flat=True))


async def _provider() -> Check:
    info = provider_info()
    if not info.healthy:
        return Check(False, info.problem)
    if info.model is None:
        return Check(True, "No language model. Answers quote the library.")
    lately = await in_database(_failures)
    served = f"{info.model} ({info.engine} engine). The provider was not contacted."
    return Check(True, served + lately)


def _failures() -> str:
    """They do not fail the check: other web servers would meet the same provider."""
    since = timezone.now() - timedelta(minutes=_LATELY_MIN)
    lately = StreamStats.objects.filter(queued_at__gt=since).exclude(
        turn__status__in=Unfinished.values
    )
    counted = lately.values_list("turn__error_code").annotate(count=Count("pk")).order_by("-count")
    counts = dict(counted)
    named = ", ".join(f"{c}: {n}" for c, n in counts.items() if c.startswith("provider_"))
    if not named:
        return ""
    return f" {sum(counts.values())} answers in the last {_LATELY_MIN} minutes. Failed: {named}."


async def _library() -> Check:
    """Never fails: a missing passage makes answers poorer, not impossible."""
    index = await in_database(library_index)
    if not index.unusable:
        return Check(True, f"Notes: {len(index.notes)}.")
    left_out = ", ".join(index.unusable[:_MOST_NAMES])
    return Check(
        True,
        f"Notes: {len(index.notes)}. Unusable passages left out: {len(index.unusable)} "
        f"({left_out}). Run manage.py load_library to fix them.",
    )
