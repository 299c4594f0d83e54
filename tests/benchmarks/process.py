"""The servers under test: each a process whose CPU time and memory can be read."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_s(pid: int) -> float:
    """User and system time of a process so far, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


class ServerProcess:
    """``with ServerProcess([...], port, env) as server: server.cpu_s(), server.rss_bytes()``.

    With a port it is there when it listens.
    """

    def __init__(
        self,
        command: list[str],
        port: int | None,
        environment: dict[str, str],
        *,
        root: Path = ROOT,
    ) -> None:
        self.port = port
        self._command = command
        self._environment = environment
        self._root = root
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> "ServerProcess":
        self._process = subprocess.Popen(
            self._command,
            cwd=self._root,
            env={**os.environ, **self._environment},
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("BENCH_VERBOSE") else subprocess.DEVNULL,
        )
        if self.port is not None:
            self._wait_for_port(self.port)
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._process.wait()

    def cpu_s(self) -> float:
        """User and system time of the process so far, all threads."""
        return cpu_s(self._process.pid)

    def rss_bytes(self) -> int:
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _wait_for_port(self, port: int) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self._command} ended at once")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self._command} did not listen")


def daphne(application: str, port: int) -> list[str]:
    """As in production: one process, one event loop."""
    return [
        sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port),
        "--verbosity", "0", application,
    ]  # fmt: skip
