"""What is measured. Each function takes a running server and returns plain numbers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic, process_time

from tests.benchmarks.oliver import Oliver
from tests.benchmarks.provider import BenchProvider, Pace
from tests.benchmarks.readers import Seen, read_kept
from tests.benchmarks.servers import Subject

_numbers = count()
#: How long streams may take to end when their answers have.
_END_S = 20


@dataclass(frozen=True)
class Steady:
    """A server while so many streams run, over a window of time."""

    cpu_s_per_1000_tokens: float
    utilisation: float
    tokens_per_s: float
    lag_p50_s: float
    lag_p99_s: float
    resident_bytes: int = 0  # of the whole process, at the end of the window

    def __str__(self) -> str:
        return (
            f"{self.cpu_s_per_1000_tokens:.4f} CPU s/1,000 tokens,"
            f" {self.utilisation:.0%} of a core, {self.tokens_per_s:.0f} tokens/s,"
            f" lag p50 {self.lag_p50_s * 1000:.0f} ms p99 {self.lag_p99_s * 1000:.0f} ms"
        )


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Streams:
    """Streams that run side by side: ``async with Streams(subject, provider, 100) as streams``.

    At the end of the block they end, and the turns behind them: nothing goes on beside what is
    measured next.
    """

    def __init__(
        self,
        subject: Subject,
        provider: BenchProvider,
        number: int,
        *,
        ramp_s: float = 0.03,
        later: bool = False,
    ) -> None:
        """``later``: the readers keep what they read, for ``read_kept``."""
        self._subject = subject
        self._provider = provider
        self._ramp_s = ramp_s
        self.seen = {
            f"bench-{next(_numbers)}": Seen(kept=[] if later else None) for _ in range(number)
        }
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Streams":
        for marker, seen in self.seen.items():
            self._tasks.append(asyncio.create_task(self._subject.ask(marker, seen)))
            await asyncio.sleep(self._ramp_s)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._provider.call_off()
        _, unfinished = await asyncio.wait(self._tasks, timeout=_END_S)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def all_write(self, *, within_s: float = 60) -> None:
        """Until every stream has shown its first token."""
        async with asyncio.timeout(within_s):
            while not all(seen.at for seen in self.seen.values()):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def ended(self, *, within_s: float) -> None:
        await asyncio.wait_for(asyncio.gather(*self._tasks), within_s)


async def warm_up(subject: Subject, provider: BenchProvider) -> None:
    provider.pace = Pace(tokens=30, tokens_per_s=500)
    async with Streams(subject, provider, 3) as streams:
        await streams.ended(within_s=60)


async def steady(
    subject: Subject, provider: BenchProvider, *, streams: int, window_s: float
) -> Steady:
    """CPU and lag while ``streams`` answers of 50 tokens a second run."""
    provider.pace = Pace(tokens=100_000, tokens_per_s=50)
    async with Streams(subject, provider, streams) as running:
        await running.all_write()
        await asyncio.sleep(1)
        began_s, cpu_s = monotonic(), subject.process.cpu_s()
        await asyncio.sleep(window_s)
        cpu_s, ended_s = subject.process.cpu_s() - cpu_s, monotonic()
        resident_bytes = subject.process.rss_bytes()
        lags = [
            at - provider.answers[marker].at[number]
            for marker, seen in running.seen.items()
            for number, at in seen.at.items()
            if began_s <= at <= ended_s
        ]
    return Steady(
        cpu_s_per_1000_tokens=cpu_s / len(lags) * 1000,
        utilisation=cpu_s / (ended_s - began_s),
        tokens_per_s=len(lags) / (ended_s - began_s),
        lag_p50_s=percentile(lags, 0.5),
        lag_p99_s=percentile(lags, 0.99),
        resident_bytes=resident_bytes,
    )


@dataclass(frozen=True)
class First:
    """First tokens: how long after the provider wrote it, and after the question was sent."""

    added_s: list[float]
    asked_s: list[float]

    @classmethod
    def of(cls, seen: Mapping[str, Seen], provider: BenchProvider) -> "First":
        came = [(each.at[0], each, provider.answers[marker]) for marker, each in seen.items()]
        return cls(
            added_s=[at - sent.at[0] for at, _, sent in came],
            asked_s=[
                at - each.asked_at - provider.pace.first_token_after_s for at, each, _ in came
            ],
        )

    def __str__(self) -> str:
        p50_ms, p99_ms = (percentile(self.asked_s, share) * 1000 for share in (0.5, 0.99))
        return f"from the question on: p50 {p50_ms:.0f} ms, p99 {p99_ms:.0f} ms"


async def first_token_of_one(subject: Subject, provider: BenchProvider, *, rounds: int) -> First:
    """One question after the other, to a model that thinks for a while, as all do.

    With one that answers at once the reader's GET is still on its way when the first token comes,
    and the row tells how quick the POST was against it.
    """
    provider.pace = Pace(tokens=60, tokens_per_s=50, first_token_after_s=0.3)
    seen: dict[str, Seen] = {}
    for _ in range(rounds):
        async with Streams(subject, provider, 1) as running:
            await running.ended(within_s=90)
        seen |= running.seen
    return First.of(seen, provider)


async def first_token_among(
    subject: Subject, provider: BenchProvider, *, streams: int, window_s: float
) -> First:
    """Of the questions that come while so many answers of ten seconds run: they come evenly, as
    many a second as end.
    """
    life_s = 10.0
    provider.pace = Pace(tokens=int(life_s * 50), tokens_per_s=50)
    arriving = int(streams * (1 + window_s / life_s))
    async with Streams(subject, provider, arriving, ramp_s=life_s / streams) as running:
        new = dict(list(running.seen.items())[streams:])
        async with asyncio.timeout(60):
            while not all(seen.at for seen in new.values()):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return First.of(new, provider)


async def first_token_of_a_crowd(
    subject: Subject, provider: BenchProvider, *, clients: int
) -> First:
    """All ask in the same moment."""
    provider.pace = Pace(tokens=60, tokens_per_s=50)
    async with Streams(subject, provider, clients, ramp_s=0) as running:
        await running.ended(within_s=90)
    return First.of(running.seen, provider)


async def one_answer(
    subject: Subject, provider: BenchProvider, *, tokens: int, tokens_per_s: float
) -> tuple[float, Seen]:
    """CPU seconds of one answer, and what its reader got."""
    provider.pace = Pace(tokens=tokens, tokens_per_s=tokens_per_s)
    cpu_s = subject.process.cpu_s()
    async with Streams(subject, provider, 1) as running:
        await running.ended(within_s=tokens / tokens_per_s * 3 + 30)
        [seen] = running.seen.values()
    return subject.process.cpu_s() - cpu_s, seen


@dataclass(frozen=True)
class Burst:
    """A crowd that asks in one moment and reads long answers to their end."""

    took_s: float
    whole: int  # so many had all of their answer
    cpu_s: Mapping[str, float]  # of each process; the generator's includes the provider

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {spent_s:.1f}" for name, spent_s in self.cpu_s.items())
        return f"CPU s: {sum(self.cpu_s.values()):.1f} ({parts})"


async def burst(subject: Subject, provider: BenchProvider, *, clients: int, tokens: int) -> Burst:
    """Until all clients have their answers, at 100 tokens/s. What they read is looked at later:
    the generator has the same cores as the servers.
    """
    provider.pace = Pace(tokens=tokens, tokens_per_s=100)
    clocks = {"server": subject.process.cpu_s, **subject.others, "generator": process_time}
    before = {name: clock() for name, clock in clocks.items()}
    began_s = monotonic()
    async with Streams(subject, provider, clients, ramp_s=0, later=True) as running:
        await running.ended(within_s=180)
        took_s = monotonic() - began_s
        spent_s = {name: clock() - before[name] for name, clock in clocks.items()}
    for seen in running.seen.values():
        read_kept(seen, end=b"event: done", compressed=True)
    whole = sum(seen.ended and len(seen.at) == tokens for seen in running.seen.values())
    return Burst(took_s, whole, spent_s)


async def idle_follower_bytes(
    site: Oliver, subject: Subject, provider: BenchProvider, *, followers: int
) -> float:
    """What each further reader of a turn that says nothing takes of resident memory.

    From the first 200 on: what readers share is there then, and what was free has been used up;
    from fifty on the figure was 18 to 37 KB, from 200 on it repeats within a tenth. They
    come one after the other, or the figure is what so many requests at once take: it lay between 60
    and 150 KB, by the load, and most of it was free again.
    """
    provider.pace = Pace(tokens=2, tokens_per_s=0.01)
    following: list[asyncio.Task[None]] = []
    try:
        turn_id, _ = await site.ask(f"bench-{next(_numbers)}")
        await _follow(site, turn_id, following, to=200)
        before = subject.process.rss_bytes()
        await _follow(site, turn_id, following, to=200 + followers)
        return (subject.process.rss_bytes() - before) / followers
    finally:
        provider.call_off()
        await asyncio.wait(following, timeout=_END_S)
        for task in following:
            task.cancel()


async def _follow(
    site: Oliver, turn_id: int, following: list[asyncio.Task[None]], *, to: int
) -> None:
    """More readers, until so many follow and have read what there is."""
    while len(following) < to:
        seen = Seen()
        following.append(asyncio.create_task(site.follow(turn_id, seen)))
        async with asyncio.timeout(30):
            while not seen.at:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
