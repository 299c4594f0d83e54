"""What a change gains: this tree against others, in one run.

    git worktree add ../without main && … && python -m tests.benchmarks.against ../without

Each tree's server has 100 streams of 50 tokens a second in turn, for ``ROUNDS`` rounds (5), so that
all share the noise of the machine. The medians are told, and the others' ratio to this tree.
FOLLOWERS=200 also tells what each of so many idle followers takes of memory.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from tests.benchmarks import measures, servers
from tests.benchmarks.measures import Steady
from tests.benchmarks.process import ROOT
from tests.benchmarks.provider import BenchProvider

ROUNDS = int(os.environ.get("ROUNDS", "5"))
STREAMS = int(os.environ.get("STREAMS", "100"))
FOLLOWERS = int(os.environ.get("FOLLOWERS", "0"))
_WINDOW_S = 4.0


async def main(others: list[Path]) -> None:
    found: dict[Path, list[Steady]] = {root: [] for root in (ROOT, *others)}
    async with BenchProvider() as provider, AsyncExitStack() as stack:
        subjects = {}
        for root in found:
            subject, site = await stack.enter_async_context(servers.oliver(provider, root=root))
            await measures.warm_up(subject, provider)
            subjects[root] = subject
            if FOLLOWERS:
                idle = await measures.idle_follower_bytes(
                    site, subject, provider, followers=FOLLOWERS
                )
                print(f"{root.name:20} {idle / 1024:.1f} KB an idle follower", flush=True)
        for _ in range(ROUNDS):
            for root, subject in subjects.items():
                found[root].append(
                    await measures.steady(subject, provider, streams=STREAMS, window_s=_WINDOW_S)
                )
    own_s = _cpu_s(found[ROOT])
    for root, steadies in found.items():
        p99_ms = median(each.lag_p99_s for each in steadies) * 1000
        cpu_s = _cpu_s(steadies)
        rounds = " ".join(f"{each.cpu_s_per_1000_tokens:.4f}" for each in steadies)
        print(
            f"{root.name:20} {cpu_s:.4f} CPU s/1,000 tokens, {cpu_s / own_s:.2f}x;"
            f" lag p99 {p99_ms:.0f} ms; rounds {rounds}",
            flush=True,
        )


def _cpu_s(steadies: list[Steady]) -> float:
    return median(each.cpu_s_per_1000_tokens for each in steadies)


if __name__ == "__main__":
    asyncio.run(main([Path(path).resolve() for path in sys.argv[1:]]))
