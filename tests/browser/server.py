"""Oliver as `make run` runs it: prepared, served by Daphne, in a process and a place of its own."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from functools import cached_property
from pathlib import Path
from typing import ClassVar
from urllib.error import URLError

from tests.support.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
ADMIN_PASSWORD = "browser test password"
#: One user asks in all the tests of a session; those of the limits set their own.
WITHOUT_LIMITS = dict.fromkeys(
    (
        "OLIVER_TURNS_PER_MINUTE",
        "OLIVER_LIVE_TURNS_PER_USER",
        "OLIVER_API_REQUESTS_PER_MINUTE",
        "OLIVER_SIGN_INS_PER_MINUTE",
    ),
    "1000000",
)
_START_S = 300  # a very busy machine takes minutes to load Oliver
_TOKEN = "token-of-admin"
_HEALTH_S = 30  # more than health itself allows its parts


class OliverServer:
    """``with OliverServer(tmp_path, OLIVER_MODEL=…) as server: server.url``."""

    #: Where the processes of a test run keep the data directory that every server begins with.
    template: ClassVar[Path | None] = None

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._data_dir = data_dir
        self.log = data_dir / "server.log"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("OLIVER_") and name not in ("DATABASE_URL", "REDIS_URL")
        }
        self._env = {
            **inherited,
            "OLIVER_DATA_DIR": str(data_dir),
            "OLIVER_PORT": str(self.port),
            "OLIVER_ADMIN_PASSWORD": ADMIN_PASSWORD,
            **WITHOUT_LIMITS,
            "OLIVER_MODEL_TITLES": "0",  # a second call that most tests do not expect
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "OliverServer":
        self.prepare()
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()

    def prepare(self) -> None:
        """As ``make run`` does it; with SQLite, copied from where that was done already."""
        if self.template is None or self._env.get("DATABASE_URL"):
            self.manage("prepare")
            return
        with self.template.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # other processes need it at the same time
            if not self.template.exists():
                made = self.template.with_suffix(".new")
                made.mkdir()
                maker = OliverServer(made)
                maker.manage("prepare")
                (made / _TOKEN).write_text(maker._new_token())
                made.rename(self.template)
        shutil.copytree(self.template, self._data_dir, dirs_exist_ok=True)

    def manage(self, *command: str) -> str:
        """Run a command of manage.py there; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._env,
            check=True,
            capture_output=True,
            text=True,
            timeout=_START_S,
        )
        return done.stdout

    def _new_token(self) -> str:
        return self.manage("create_api_token", "admin").split()[-1]

    @cached_property
    def token(self) -> str:
        """Of admin, for the API."""
        prepared = self._data_dir / _TOKEN
        return prepared.read_text() if prepared.exists() else self._new_token()

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """By itself: nobody has killed it."""
        return self._process is not None and self._process.poll() is not None

    def start(self) -> None:
        """Returns when it is well."""
        self.begin()
        self.wait_until_it_answers()

    def begin(self) -> None:
        command = ["-b", "127.0.0.1", "-p", str(self.port), "oliver_site.asgi:application"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "daphne", *command],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=log,
            )

    def terminate(self) -> None:
        """As systemd or a container's engine would; returns when it has ended."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(_START_S)

    def kill(self) -> None:
        """As a crash would: no goodbye."""
        # Forgotten first: who looks meanwhile whether it ended by itself must not begin another.
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(_START_S)

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/api/health", timeout=_HEALTH_S):
                    return
            except (URLError, ConnectionError, TimeoutError):
                assert self._process is not None
                assert self._process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(f"the server did not become well: {self.log.read_text()}")
