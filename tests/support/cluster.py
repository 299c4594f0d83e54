"""Oliver in several processes: two web servers, two workers, Redis and PostgreSQL.

Each process has its own data directory, as on a machine of its own.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import psycopg

from tests.browser.server import ADMIN_PASSWORD, ROOT, OliverServer
from tests.support.services import PostgresServer, RedisServer

_PATIENCE_S = 120
_START_S = 300


class Worker:
    """``manage.py runworker assistant``."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir()
        self._killed = False
        self.log = folder / "worker.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "runworker", "assistant"],
                cwd=ROOT,
                env={**os.environ, **environment, "OLIVER_DATA_DIR": str(folder)},
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has exited without being killed."""
        return not self._killed and self._process.poll() is not None

    def freeze(self) -> None:
        """SIGSTOP, like a machine that swaps or is suspended: connections stay open, but nothing
        runs.
        """
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, like a crash."""
        self._killed = True
        self._process.kill()
        self._process.wait(_PATIENCE_S)

    def tell_to_stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """The exit code, once it has exited."""
        return self._process.wait(_PATIENCE_S)

    def retire(self) -> int:
        """SIGTERM; returns the exit code."""
        self.tell_to_stop()
        return self.wait()


class UvicornServer(OliverServer):
    """Oliver under uvicorn instead of Daphne, with ``processes`` processes."""

    def __init__(self, data_dir: Path, *, processes: int = 1, **environment: str) -> None:
        super().__init__(data_dir, **environment)
        self._processes = processes

    def begin(self) -> None:
        application = ["oliver_site.asgi:application", "--workers", str(self._processes)]
        ending = ["--timeout-graceful-shutdown", "1"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", *application, *ending, "--port", str(self.port)],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=log,
            )

    def __exit__(self, *exc: object) -> None:
        self.terminate()  # killed, it would leave its children behind


@contextmanager
def signed_in(url: str) -> Iterator[httpx.Client]:
    """An HTTP client signed in as admin."""
    with httpx.Client(base_url=url, timeout=_PATIENCE_S) as browser:
        browser.get("/accounts/login/").raise_for_status()
        form = {
            "username": "admin",
            "password": ADMIN_PASSWORD,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        answer = browser.post("/accounts/login/", data=form)
        assert answer.status_code == 302, answer.text
        yield browser


class Stream:
    """What one reader of the API receives of one turn."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.turn_id = int(response.headers.get("x-oliver-turn", 0))
        self.conversation = response.headers.get("x-oliver-conversation", "")
        self.events: list[dict[str, Any]] = []
        self._lines = response.iter_lines()

    def text(self) -> str:
        """The reasoning so far. A reader may start again after a lost log (docs/api.md)."""
        text = ""
        for event in self.events:
            if event["field"] == "reasoning":
                text = ("" if event["metadata"].get("replace") else text) + event["content"]
        return text

    def read_until(self, words: str) -> None:
        while words not in self.text():
            self._next()

    def end(self) -> dict[str, Any]:
        """The terminal event."""
        while not self.events or not self.events[-1]["done"]:
            self._next()
        return self.events[-1]

    def _next(self) -> None:
        for line in self._lines:
            if line.startswith("data: "):
                self.events.append(json.loads(line.removeprefix("data: ")))
                return
        raise AssertionError(f"the stream ended after {self.events[-1:]}")


class Cluster:
    """``with Cluster(folder, OLIVER_MODEL=…) as cluster: cluster.asks(0, "question")``."""

    def __init__(
        self, folder: Path, *, redis: RedisServer | None = None, **environment: str
    ) -> None:
        self.redis, self.postgres = redis or RedisServer(), PostgresServer()
        self._folder = folder
        self.environment = {
            "OLIVER_WORKER": "external",
            "OLIVER_SECRET_KEY": "one key for all the processes of a site",
            "OLIVER_MODEL_TITLES": "0",
            "REDIS_URL": self.redis.url,
            "DATABASE_URL": self.postgres.url,
            **environment,
        }
        self.workers: list[Worker] = []
        self._begun = 0
        self.webs: list[OliverServer] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._stack.close()  # leave no process behind
            raise
        return self

    def _begin(self) -> None:
        self._stack.enter_context(self.redis)
        self._stack.enter_context(self.postgres)
        self._stack.callback(self._kill_workers)
        self.webs = [self._web(number) for number in range(2)]
        self.webs[0].manage("prepare")
        self.token = self.webs[0].token
        for _ in range(2):
            self._begin_worker()
        for web in self.webs:
            self._stack.callback(web.kill)
            web.begin()
        for web in self.webs:
            web.wait_until_it_answers()

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def add_worker(self, **environment: str) -> Worker:
        """Returns when it is ready."""
        worker = self._begin_worker(**environment)
        end = time.monotonic() + _START_S
        while "is ready" not in worker.log.read_text():
            assert time.monotonic() < end, worker.log.read_text()
            time.sleep(0.1)
        return worker

    def _begin_worker(self, **environment: str) -> Worker:
        self.workers.append(self.new_worker(**environment))
        return self.workers[-1]

    def new_worker(self, **environment: str) -> Worker:
        """Started, but not added to ``workers``."""
        self._begun += 1
        folder = self._folder / f"worker-{self._begun}"
        return Worker(folder, {**self.environment, **environment})

    def worker_of(self, turn_id: int) -> Worker:
        """The worker that runs the turn, by the process id in its name."""
        owner = str(
            self.row("SELECT lease_owner FROM conversations_turn WHERE id = %s", turn_id)[0]
        )
        pid = int(owner.split("-")[-2])
        return next(worker for worker in self.workers if worker.pid == pid)

    def row(self, sql: str, *values: Any) -> tuple[Any, ...]:
        with psycopg.connect(self.postgres.url) as connection:
            found = connection.execute(sql.encode(), values).fetchone()
        assert found is not None
        return found

    # A site is a web server's number, or the address of a proxy in front of them.

    @contextmanager
    def asks(
        self, web: int | str, question: str = "how long to report suspicious"
    ) -> Iterator[Stream]:
        body = {"messages": [{"content": question, "sender": "user"}]}
        with self._request("POST", web, "/api/chat/stream", json=body) as stream:
            yield stream

    @contextmanager
    def follows(self, web: int | str, turn_id: int) -> Iterator[Stream]:
        with self._request("GET", web, f"/api/turns/{turn_id}/stream") as stream:
            yield stream

    def stops(self, web: int, turn_id: int) -> None:
        url = f"{self.webs[web].url}/api/turns/{turn_id}/stop"
        httpx.post(url, headers=self._headers, timeout=_PATIENCE_S).raise_for_status()

    def turn(self, web: int, turn_id: int) -> dict[str, Any]:
        url = f"{self.webs[web].url}/api/turns/{turn_id}"
        found = httpx.get(url, headers=self._headers, timeout=_PATIENCE_S).raise_for_status()
        return dict(found.json())

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @contextmanager
    def _request(self, method: str, web: int | str, path: str, **more: Any) -> Iterator[Stream]:
        with httpx.stream(
            method,
            (web if isinstance(web, str) else self.webs[web].url) + path,
            headers=self._headers,
            timeout=_PATIENCE_S,
            **more,
        ) as response:
            response.raise_for_status()
            yield Stream(response)

    def _kill_workers(self) -> None:
        for worker in self.workers:
            worker.kill()

    def _web(self, number: int) -> OliverServer:
        folder = self._folder / f"web-{number}"
        folder.mkdir()
        return OliverServer(folder, **self.environment)
