"""``make bench``: the table of docs/performance.md, measured in one run.

Ratios are what counts: machines are shared and noisy, but all servers of a run share the noise.
QUICK=1 measures over shorter windows, makes what takes long smaller, and leaves out the million
messages and the second process; the rows say so. A row that fails says why, and the others are
measured all the same.
"""

import asyncio
import os
import re
from pathlib import Path

from tests.benchmarks import browser, dialects, measures, pages, servers
from tests.benchmarks.measures import Steady, percentile
from tests.benchmarks.oliver import Oliver
from tests.benchmarks.provider import BenchProvider
from tests.benchmarks.servers import Subject
from tests.benchmarks.table import Table

QUICK = os.environ.get("QUICK") == "1"
WINDOW_S = 4.0 if QUICK else 12.0
RESULT = Path("data/bench.json")
_HELD_LAG_S = 0.15


async def main() -> None:
    table = Table()
    try:
        async with BenchProvider() as provider:
            yardsticks = await _yardsticks(provider)
            async with servers.oliver(provider) as (subject, site):
                await measures.warm_up(subject, provider)
                await _of_oliver(table, subject, site, provider, yardsticks)
            await _dialects(table, provider, yardsticks)
            await _two_processes(table, provider)
        await _million(table)
    finally:
        table.show(RESULT, quick=QUICK)


async def _yardsticks(provider: BenchProvider) -> dict[str, Steady]:
    """100 streams at 50 tokens/s through the other two servers."""
    found = {}
    for start in (servers.bare_proxy, servers.obvious):
        async with start(provider) as subject:
            await measures.warm_up(subject, provider)
            steady = await measures.steady(subject, provider, streams=100, window_s=WINDOW_S)
        print(f"  {subject.name}: {steady}", flush=True)
        found[subject.name] = steady
    return found


async def _of_oliver(
    table: Table,
    subject: Subject,
    site: Oliver,
    provider: BenchProvider,
    yardsticks: dict[str, Steady],
) -> None:
    """In an order in which no row leaves anything behind that the next would measure."""
    with table.rows("first_1"):
        first = await measures.first_token_of_one(subject, provider, rounds=5 if QUICK else 15)
        table.put("first_1", percentile(first.added_s, 0.5) * 1000, str(first))
    with table.rows("idle"):
        followers = 200 if QUICK else 400
        idle = await measures.idle_follower_bytes(site, subject, provider, followers=followers)
        table.put("idle", idle / 1024)
    with table.rows("cpu_obvious", "cpu_proxy", "active", "held"):
        await _steady(table, subject, provider, yardsticks)
    with table.rows("api"):
        through_api = Subject("API", subject.process, site.ask_api)
        steady = await measures.steady(through_api, provider, streams=100, window_s=WINDOW_S)
        table.put("api", _against_obvious(steady, yardsticks), str(steady))
    with table.rows("first_100"):
        first = await measures.first_token_among(subject, provider, streams=100, window_s=WINDOW_S)
        table.put("first_100", percentile(first.added_s, 0.99) * 1000, f"10 a second; {first}")
        if not QUICK:
            crowd = await measures.first_token_of_a_crowd(subject, provider, clients=100)
            p99_ms = percentile(crowd.added_s, 0.99) * 1000
            print(f"  100 questions in one moment: added p99 {p99_ms:.0f} ms; {crowd}", flush=True)
    with table.rows("long", "wire"):
        await _long_answers(table, subject, site, provider)
    with table.rows("main_thread", "task"):
        await _browser(table, site, provider)
    with table.rows("page"):
        long, short = await pages.long_against_short(
            site, subject.process, rounds=20 if QUICK else 60
        )
        note = f"CPU {long.cpu_ms:.1f} / {short.cpu_ms:.1f} ms; by the clock, p50"
        table.put(
            "page", long.cpu_ms / short.cpu_ms, f"{note} {long.p50_ms:.0f} / {short.p50_ms:.0f}"
        )
    with table.rows("burst"):
        await _burst(table, "burst", subject, provider)


async def _dialects(table: Table, provider: BenchProvider, yardsticks: dict[str, Steady]) -> None:
    with table.rows("dialects"):
        names = dialects.QUICK if QUICK else dialects.ALL
        found = await dialects.each(provider, names=names, streams=100, window_s=WINDOW_S / 3)
        shares = {name: _against_obvious(each, yardsticks) for name, each in found.items()}
        note = ", ".join(f"{name} {share:.2f}" for name, share in shares.items())
        table.put("dialects", max(shares.values()), note)


def _against_obvious(steady: Steady, yardsticks: dict[str, Steady]) -> float:
    return steady.cpu_s_per_1000_tokens / yardsticks["obvious design"].cpu_s_per_1000_tokens


async def _two_processes(table: Table, provider: BenchProvider) -> None:
    with table.rows("burst_two"):
        if QUICK:
            table.put("burst_two", None, "left out by QUICK")
            return
        try:
            async with servers.oliver_of_two(provider) as subject:
                await measures.warm_up(subject, provider)
                await _burst(table, "burst_two", subject, provider)
        except LookupError as missing:
            table.put("burst_two", None, f"skipped: {missing}")


async def _burst(table: Table, key: str, subject: Subject, provider: BenchProvider) -> None:
    clients, tokens = (100, 250) if QUICK else (250, 500)
    found = await measures.burst(subject, provider, clients=clients, tokens=tokens)
    smaller = f"QUICK: {clients} x {tokens} only; " if QUICK else ""
    table.put(key, found.took_s, f"{smaller}{found.whole} of {clients} answers whole; {found}")


async def _steady(
    table: Table, subject: Subject, provider: BenchProvider, yardsticks: dict[str, Steady]
) -> None:
    steady = await measures.steady(subject, provider, streams=100, window_s=WINDOW_S)
    print(f"  {subject.name}: {steady}", flush=True)
    resident_bytes = {100: steady.resident_bytes}
    for key, name in (("cpu_obvious", "obvious design"), ("cpu_proxy", "bare proxy")):
        theirs = yardsticks[name].cpu_s_per_1000_tokens
        note = f"{steady.cpu_s_per_1000_tokens:.4f} s / {theirs:.4f} s"
        table.put(key, steady.cpu_s_per_1000_tokens / theirs, note)
    held = 100 if steady.lag_p99_s < _HELD_LAG_S else 0
    for streams in _steps(held):
        steady = await measures.steady(subject, provider, streams=streams, window_s=WINDOW_S / 2)
        print(f"  {streams} streams: {steady}", flush=True)
        resident_bytes[streams] = steady.resident_bytes
        if steady.lag_p99_s < _HELD_LAG_S:
            held = max(held, streams)
        elif streams > held:
            break
    _put_active(table, resident_bytes)
    table.put("held", held, "QUICK: 50, 100, 200 tried" if QUICK else "")


def _put_active(table: Table, resident_bytes: dict[int, int]) -> None:
    """What each further stream takes, from 100 to 200 or 300.

    The first hundred fill what is free in a process that has just begun; and what was taken for
    them is used again by those who come after.
    """
    most = max((streams for streams in resident_bytes if 100 < streams <= 300), default=None)
    if most is None:
        table.put("active", None, "more than 100 streams were not held")
        return
    grown_bytes = resident_bytes[most] - resident_bytes[100]
    table.put("active", grown_bytes / (most - 100) / 1024, f"from 100 to {most} streams")


def _steps(held: int) -> tuple[int, ...]:
    if not held:
        return (50,)
    return (200,) if QUICK else (200, 300, 400, 500)


async def _long_answers(
    table: Table, subject: Subject, site: Oliver, provider: BenchProvider
) -> None:
    less = 4 if QUICK else 1
    short_s, _ = await measures.one_answer(
        subject, provider, tokens=4000 // less, tokens_per_s=1000
    )
    long_s, _ = await measures.one_answer(
        subject, provider, tokens=16_000 // less, tokens_per_s=1000
    )
    table.put("long", long_s / short_s, "QUICK: 4,000 / 1,000 tokens" if QUICK else "")
    tokens = 1000 if QUICK else 4000
    _, seen = await measures.one_answer(subject, provider, tokens=tokens, tokens_per_s=100)
    final_bytes = await _final_html_bytes(site)
    note = f"{seen.bytes_read:,} / {final_bytes:,} bytes"
    table.put(
        "wire", seen.bytes_read / final_bytes, f"QUICK: {tokens} tokens; {note}" if QUICK else note
    )


async def _final_html_bytes(site: Oliver) -> int:
    """Of the turn that was asked for last, as its page shows it when it has ended."""
    page = await site.get(site.last_page)
    turns = re.findall(rb'<article class="turn".*?</article>', page, re.DOTALL)
    return len(turns[-1])


async def _browser(table: Table, site: Oliver, provider: BenchProvider) -> None:
    found = await browser.main_thread(site, provider, tokens=4000, tokens_per_s=1000)
    parts = ", ".join(f"{name} {s * 1000:.0f}" for name, s in found.parts_s.items())
    table.put("main_thread", found.busy_s * 1000, f"CPU {found.cpu_s * 1000:.0f} ms; {parts}")
    table.put("task", found.longest_task_s * 1000)


async def _million(table: Table) -> None:
    """The list and the search over 1,000,000 messages, on each database."""
    for name in ("sqlite", "postgresql"):
        keys = (f"list_{name}", f"search_{name}")
        if QUICK:
            for key in keys:
                table.put(key, None, "left out by QUICK")
            continue
        with table.rows(*keys):
            async with pages.million(name) as (site, server):
                for key, paths in zip(
                    keys, (pages.list_paths(60), pages.search_paths(100)), strict=True
                ):
                    found = await pages.asked(site, server, paths, htmx=True)
                    note = f"p50 {found.p50_ms:.0f} ms, CPU {found.cpu_ms:.1f} ms each"
                    table.put(key, found.p95_ms, note)


if __name__ == "__main__":
    asyncio.run(main())
