"""``make bench``: the table of docs/performance.md, measured in one run.

Ratios are what counts: machines are shared and noisy, but all servers of a run share the noise.
QUICK=1 leaves out what takes long and measures over shorter windows.
"""

import asyncio
import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks import measures, servers
from tests.benchmarks.measures import percentile
from tests.benchmarks.oliver import Oliver
from tests.benchmarks.provider import BenchProvider
from tests.benchmarks.servers import Subject

QUICK = os.environ.get("QUICK") == "1"
WINDOW_S = 6.0 if QUICK else 12.0
RESULT = Path("data/bench.json")


@dataclass(frozen=True)
class Row:
    """One line of the table; ``unit`` is "x" for a ratio."""

    measure: str
    value: float
    target: float
    unit: str
    more_is_better: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.target if self.more_is_better else self.value <= self.target


async def compared(provider: BenchProvider) -> dict[str, measures.Steady]:
    """100 streams at 50 tokens/s through each of the three servers."""
    found = {}
    async with servers.bare_proxy(provider) as subject:
        await measures.warm_up(subject, provider)
        found["proxy"] = await measures.steady(subject, provider, streams=100, window_s=WINDOW_S)
    async with servers.obvious(provider) as subject:
        await measures.warm_up(subject, provider)
        found["obvious"] = await measures.steady(subject, provider, streams=100, window_s=WINDOW_S)
    async with servers.oliver(provider) as (subject, _):
        await measures.warm_up(subject, provider)
        found["oliver"] = await measures.steady(subject, provider, streams=100, window_s=WINDOW_S)
    return found


async def main() -> list[Row]:
    rows: list[Row] = []
    async with BenchProvider() as provider:
        found = await compared(provider)
        for name, steady in found.items():
            print(f"  {name:8} {_line(steady)}", flush=True)
        ours = found["oliver"].cpu_s_per_1000_tokens
        rows += [
            Row(
                "CPU against the obvious design",
                ours / found["obvious"].cpu_s_per_1000_tokens,
                0.25,
                "x",
            ),
            Row(
                "CPU against the bare proxy", ours / found["proxy"].cpu_s_per_1000_tokens, 1.5, "x"
            ),
        ]
        async with servers.oliver(provider) as (subject, site):
            await measures.warm_up(subject, provider)
            rows += await _of_oliver(subject, site, provider)
    return rows


async def _of_oliver(subject: Subject, site: Oliver, provider: BenchProvider) -> list[Row]:
    alone = await measures.first_token_delay_s(subject, provider, streams=1, rounds=9)
    many = await measures.first_token_delay_s(subject, provider, streams=100, rounds=1)
    rows = [
        Row("added time to first token, 1 stream, p50", percentile(alone, 0.5) * 1000, 10, "ms"),
        Row(
            "added time to first token, 100 streams, p99", percentile(many, 0.99) * 1000, 100, "ms"
        ),
    ]
    rows.append(
        Row("streams held with p99 lag < 150 ms", await _held(subject, provider), 400, "", True)
    )
    memory = await measures.memory_per_stream_bytes(subject, provider, streams=100)
    rows.append(Row("memory per active stream", memory / 1024, 100, "KB"))
    rows += await _long_answers(subject, provider)
    took_s, whole = await measures.burst_s(subject, provider, clients=250, tokens=500)
    rows.append(Row(f"250 clients x 500 tokens ({whole} whole)", took_s, 8, "s"))
    return rows


async def _held(subject: Subject, provider: BenchProvider) -> int:
    """The most streams, in steps, whose p99 token lag stays below 150 ms."""
    held = 0
    for streams in (50, 100) if QUICK else (50, 100, 150, 200, 300, 400):
        steady = await measures.steady(subject, provider, streams=streams, window_s=5)
        print(f"  {streams} streams: {_line(steady)}", flush=True)
        if steady.lag_p99_s >= 0.15:
            break
        held = streams
    return held


async def _long_answers(subject: Subject, provider: BenchProvider) -> list[Row]:
    speed = 1000.0
    short_cpu_s, _ = await measures.one_answer(subject, provider, tokens=4000, tokens_per_s=speed)
    long_cpu_s, _ = await measures.one_answer(subject, provider, tokens=16_000, tokens_per_s=speed)
    rows = [Row("CPU of 16,000 tokens / 4,000 tokens", long_cpu_s / short_cpu_s, 4.4, "x")]
    if not QUICK:
        _, seen = await measures.one_answer(subject, provider, tokens=4000, tokens_per_s=100)
        html_bytes = 4000 * 7  # "w1234 " and its share of <p></p>
        rows.append(Row("bytes on the wire / final HTML", seen.bytes_read / html_bytes, 1.5, "x"))
    return rows


def _line(steady: measures.Steady) -> str:
    return (
        f"{steady.cpu_s_per_1000_tokens:.4f} CPU s/1000 tokens, {steady.utilisation:.0%} of a core,"
        f" {steady.tokens_per_s:.0f} tokens/s, lag p50 {steady.lag_p50_s * 1000:.0f} ms"
        f" p99 {steady.lag_p99_s * 1000:.0f} ms"
    )


def show(rows: list[Row]) -> None:
    print(f"\n{'measure':48} {'value':>10} {'target':>10}")
    for row in rows:
        mark = "" if row.reached else "  not reached"
        print(f"{row.measure:48} {row.value:>8.2f}{row.unit:2} {row.target:>8g}{row.unit:2}{mark}")
    RESULT.parent.mkdir(exist_ok=True)
    found = {"machine": platform.platform(), "rows": [asdict(row) for row in rows]}
    RESULT.write_text(json.dumps(found, indent=2))
    print(f"\nWritten to {RESULT}.")


if __name__ == "__main__":
    show(asyncio.run(main()))
