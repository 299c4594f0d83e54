"""What one process holds: memory, tasks, descriptors (files and connections) and threads."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_ANSWERS_WITHIN_S = 30.0


@dataclass(frozen=True)
class Sample:
    """One look at a process."""

    rss_mib: float
    tasks: int
    descriptors: int
    threads: int


def sample(pid: int, *, place: Path) -> Sample:
    """Its tasks it counts itself, see ``sampling``."""
    proc = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
    return Sample(
        rss_mib=int(status["VmRSS"].split()[0]) / 1024,
        tasks=_tasks(pid, place / f"{pid}.tasks"),
        descriptors=len(list((proc / "fd").iterdir())),
        threads=int(status["Threads"]),
    )


def _tasks(pid: int, told: Path) -> int:
    told.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    end = time.monotonic() + _ANSWERS_WITHIN_S
    while not told.exists():
        assert time.monotonic() < end, f"process {pid} does not answer"
        time.sleep(0.02)
    return int(told.read_text())


#: How much more than after the first quarter a process may hold at the end.
_MORE_RSS_SHARE, _MORE_RSS_MIB, _MORE_OF_OTHERS = 0.05, 8.0, 6


def growth(early: Sample, late: Sample) -> list[str]:
    """What has grown more than it may; empty when all is flat."""
    found = []
    if late.rss_mib - early.rss_mib > max(_MORE_RSS_MIB, early.rss_mib * _MORE_RSS_SHARE):
        found.append(f"memory from {early.rss_mib:.0f} to {late.rss_mib:.0f} MiB")
    for name in ("tasks", "descriptors", "threads"):
        before, after = getattr(early, name), getattr(late, name)
        if after - before > _MORE_OF_OTHERS:
            found.append(f"{name} from {before} to {after}")
    return found
