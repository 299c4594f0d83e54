"""The table that ``make bench`` prints: every row has a target, also the one that failed.

table = Table()
with table.rows("cpu_obvious", "cpu_proxy"):
    table.put("cpu_obvious", 0.24)
table.show()
"""

import json
import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """A measure and what is wanted of it; ``unit`` is "x" for a ratio."""

    measure: str
    target: float
    unit: str
    more_is_better: bool = False


TARGETS = {
    "cpu_obvious": Target("server CPU per 1,000 tokens / obvious design", 0.25, "x"),
    "cpu_proxy": Target("server CPU per 1,000 tokens / bare proxy", 1.5, "x"),
    "dialects": Target("the same, the dearest of all providers' dialects", 0.25, "x"),
    "api": Target("server CPU per 1,000 tokens through the API / obvious design", 0.25, "x"),
    "first_1": Target("added time to first token, 1 stream, p50", 10, "ms"),
    "first_100": Target("added time to first token, 100 streams, p99", 100, "ms"),
    "held": Target("streams of 50 tokens/s with p99 lag < 150 ms", 400, "", more_is_better=True),
    "active": Target("memory per active stream", 100, "KB"),
    "idle": Target("memory per idle follower", 25, "KB"),
    "wire": Target("bytes on the wire / bytes of the final HTML", 1.5, "x"),
    "long": Target("server CPU, 16,000 tokens / 4,000 tokens", 4.4, "x"),
    "main_thread": Target("browser main thread, 4,000 tokens at 1,000/s", 300, "ms"),
    "task": Target("browser longest task", 50, "ms"),
    "burst": Target("250 clients x 500 tokens at 100 tokens/s", 8, "s"),
    "burst_two": Target("the same; a web server, and a worker over Redis", 8, "s"),
    "page": Target("server time, page of 1,000 turns / of 10 turns", 2, "x"),
    "list_sqlite": Target("conversation list, 1,000,000 messages, SQLite, p95", 100, "ms"),
    "search_sqlite": Target("search, 1,000,000 messages, SQLite, p95", 100, "ms"),
    "list_postgresql": Target("conversation list, 1,000,000 messages, PostgreSQL, p95", 50, "ms"),
    "search_postgresql": Target("search, 1,000,000 messages, PostgreSQL, p95", 50, "ms"),
}
_WIDTH = max(len(target.measure) for target in TARGETS.values())


@dataclass(frozen=True)
class Row:
    """A target with what was measured, or why nothing was."""

    target: Target
    value: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Of value and target; up to 1 it is reached."""
        if self.value is None:
            return None
        if self.target.more_is_better:
            return self.target.target / self.value if self.value else float("inf")
        return self.value / self.target.target

    def line(self) -> str:
        unit, goal = self.target.unit, f"{self.target.target:g}{self.target.unit}"
        value = "-" if self.value is None else f"{self.value:.2f}{unit}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = "" if self.ratio is None else "ok" if self.ratio <= 1 else "not reached"
        cells = f"{self.target.measure:{_WIDTH}} {value:>10} {goal:>8} {ratio:>6}  {verdict:12}"
        return f"{cells}{self.note}".rstrip()

    def as_json(self) -> dict[str, object]:
        return {
            **vars(self.target),
            "value": self.value,
            "ratio": self.ratio,
            "note": self.note,
        }


class Table:
    """Collects rows, prints each when it is there, and all of them at the end."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    def put(self, key: str, value: float | None, note: str = "") -> None:
        self._rows[key] = row = Row(TARGETS[key], value, note)
        print(row.line(), flush=True)

    @contextmanager
    def rows(self, *keys: str) -> Iterator[None]:
        """A failure inside belongs to the rows that were not put yet; the run goes on."""
        try:
            yield
        except Exception as failure:
            if os.environ.get("BENCH_VERBOSE"):
                traceback.print_exc()
            for key in keys:
                if key not in self._rows:
                    self.put(key, None, f"failed: {type(failure).__name__}: {failure}"[:150])

    def show(self, result: Path, *, quick: bool) -> None:
        """Print the whole table and write it as JSON."""
        title = f"{'measure':{_WIDTH}} {'value':>10} {'target':>8} {'ratio':>6}"
        print(f"\n{title}\n{'-' * len(title)}")
        for key in TARGETS:
            print(self._row(key).line())
        found = {
            "machine": f"{platform.platform()}, {os.cpu_count()} cores",
            "python": platform.python_version(),
            "quick": quick,
            "rows": {key: self._row(key).as_json() for key in TARGETS},
        }
        result.parent.mkdir(exist_ok=True)
        result.write_text(json.dumps(found, indent=2))
        print(f"\nWritten to {result}. A ratio up to 1 is a target reached.")

    def _row(self, key: str) -> Row:
        return self._rows.get(key, Row(TARGETS[key], note="not measured"))
