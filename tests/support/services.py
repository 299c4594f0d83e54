"""Redis and PostgreSQL for tests: servers of our own, from the machine's binaries.

    with RedisServer() as redis:            # redis.url
        redis.kill(); redis.start()         # gone, and back on the same port with its memory lost

Each has a free port and a directory of its own. Where a binary is missing its tests are skipped;
under ``CI=true`` they fail instead.
"""

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

import pytest

_START_S = 120.0


#: Below the range from which the kernel gives ports to connections (ip_local_port_range): one of
#: those could take a server's port before the server listens.
_PORTS = range(10_000, 32_000)
_random = random.SystemRandom()  # the tests' own generator draws the same in every process


def free_port() -> int:
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port := _random.choice(_PORTS)))
            return port


def program(name: str, *folders: str) -> str:
    """The path of a binary. Without it the test is skipped, or fails under CI."""
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if found is None:
        assert not os.environ.get("CI"), f"continuous integration must have {name}"
        pytest.skip(f"no {name} on this machine")
    return found


class Service(ABC):
    """A server process with its own directory, from ``__enter__`` to ``__exit__``.

    A given ``folder`` is kept afterwards, with the server's data.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.port = free_port()
        self._is_kept = folder is not None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="oliver-service-"))
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()
        if not self._is_kept:
            shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        end = time.monotonic() + _START_S
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        assert self._process is not None, "it is down"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def kill(self) -> None:
        """Like a crash; for PostgreSQL, all its processes at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(_START_S)
            self._process = None


class RedisServer(Service):
    """Empty after ``kill`` and ``start``, unless it ``keeps`` its data (as deploy/compose.yaml)."""

    def __init__(self, *, keeps: bool = False) -> None:
        super().__init__()
        self._keeps = keeps

    def forget(self) -> None:
        """Call it while the server is down: as if its disk were lost."""
        shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        return [
            program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "yes" if self._keeps else "no",
            "--appendfsync", "everysec", "--dir", str(self._folder),
        ]  # fmt: skip

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class PostgresServer(Service):
    """Starts with an empty database ``postgres``; ``kill`` and ``start`` lose nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        folders = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
        self._bin = Path(program("initdb", *folders)).resolve().parent
        self._data = self._folder / "data"
        self._as = _as_nobody_in_particular(self._folder)
        if not self._data.exists():
            self._run("initdb", "-D", str(self._data), "-U", "oliver", "-A", "trust", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgres://oliver@127.0.0.1:{self.port}/postgres"

    def kill(self) -> None:
        # An immediate shutdown skips the checkpoint, like a crash, but leaves no orphans.
        self._signal(signal.SIGQUIT)

    def crash(self) -> None:
        """SIGKILL for each of its processes, like an out-of-memory kill. Linux only."""
        assert self._process is not None
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        children = [int(pid) for pid in listed.read_text().split()]
        self._signal(signal.SIGKILL)
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _command(self) -> list[str]:
        options = [
            "listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=",
            "fsync=off", "full_page_writes=off", "max_connections=60",
        ]  # fmt: skip
        settings = [part for option in options for part in ("-c", option)]
        return [*self._as, str(self._bin / "postgres"), "-D", str(self._data), *settings]

    def _answers(self) -> bool:
        ready = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def _run(self, name: str, *arguments: str) -> None:
        command = [*self._as, str(self._bin / name), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=_START_S)


def _as_nobody_in_particular(folder: Path) -> list[str]:
    """A command prefix, because PostgreSQL refuses to run as root.

    It may still traverse parent folders that only root can, such as a temporary one.
    """
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    passing = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *identity, *passing]
