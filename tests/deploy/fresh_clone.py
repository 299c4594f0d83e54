"""The README's two commands on a machine that has never seen Oliver: a clone of what is committed,
an empty home, an empty temporary folder. Only packages come from outside. Run by ``make fresh``.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.cluster import Stream
from tests.support.eventually import PATIENCE_S
from tests.support.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
#: How packages are reached from here.
_NETWORK = ("PIP_", "SSL_CERT", "REQUESTS_CA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
#: Tests of every kind: they write files, ask the database, start a server, drive a browser.
_SOME_TESTS = (
    "tests/site tests/deploy/test_deploy.py tests/engine/event_log/test_memory.py "
    "tests/engine/test_server_stops.py tests/browser/test_docs_page.py"
)
_READY = "Listening on TCP address"
pytestmark = pytest.mark.timeout(900)  # all packages are fetched and installed


class FreshMachine:
    """A clone, and what a shell there knows."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "oliver"
        network = {name: value for name, value in os.environ.items() if _is_network(name)}
        self.environment = {
            "PATH": os.environ["PATH"],
            "CI": os.environ.get("CI", ""),
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),
            **network,
        }
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(self.clone)], check=True)

    @contextmanager
    def runs(self, *command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """A command in a group of its own, which is ended with it."""
        with subprocess.Popen(
            command,
            cwd=self.clone,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGTERM)

    def output_of(self, *command: str) -> str:
        with self.runs(*command) as process:
            output, _ = process.communicate()
        assert process.returncode == 0, output
        return output


def _is_network(name: str) -> bool:
    return name.upper().startswith(_NETWORK)


def read_until(words: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, said
        said += line


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> FreshMachine:
    return FreshMachine(tmp_path_factory.mktemp("fresh"))


def test_make_run_installs_answers_and_starts_again_and_make_test_finds_all_it_needs(
    machine: FreshMachine,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with machine.runs("make", "run", OLIVER_PORT=str(port)) as serving:
        read_until(_READY, serving)
        assert httpx.get(f"{url}/api/health", timeout=PATIENCE_S).status_code == 200
        token = machine.output_of(
            ".venv/bin/python", "manage.py", "create_api_token", "admin"
        ).split()[-1]
        body = {"messages": [{"content": "when is a SAR due?", "sender": "user"}]}
        with httpx.stream(
            "POST",
            f"{url}/api/chat/stream",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_S,
        ) as response:
            stream = Stream(response)
            assert stream.end()["type"] == "done"
        told = "".join(str(event["content"]) for event in stream.events)
        assert "30 calendar days" in told
    with machine.runs("make", "run", OLIVER_PORT=str(port)) as again:
        read_until(_READY, again)
        answered = httpx.get(
            f"{url}/api/turns/{stream.turn_id}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_S,
        )
        assert answered.json()["status"] == "done"
    output = machine.output_of("make", "test", f"TESTS={_SOME_TESTS}")
    assert " passed" in output
    assert "failed" not in output
