"""What a server takes in and keeps is bounded: bodies without end, readers who do not read."""

import asyncio
import json
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User

from oliver_site.server.body_limit import BodyLimit
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.cluster import Stream, UvicornServer
from tests.support.eventually import PATIENCE_S
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output

MB = 1_000_000
#: More than the kernel keeps for a connection (some MB).
LONG_ANSWER = 6 * MB
READERS = 30
#: Measured 58, whatever the length; more than 300 where all is kept for who does not read.
MOST_MB = 110


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderThread]:
    with ProviderThread() as thread:
        yield thread


@pytest.fixture(scope="module", params=[OliverServer, UvicornServer], ids=["daphne", "uvicorn"])
def server(
    request: pytest.FixtureRequest,
    provider: ProviderThread,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OliverServer]:
    model = {
        "OLIVER_MODEL": "openai/x",
        "OLIVER_API_BASE": provider.url,
        "OLIVER_ANSWER_MAX_CHARS": str(2 * LONG_ANSWER),
    }
    folder = tmp_path_factory.mktemp("server")
    with request.param(
        folder, OLIVER_API_KEY="sk-test", OLIVER_STALLED_AFTER_S="2", **model
    ) as running:
        yield running


def memory_mb(server: OliverServer) -> float:
    assert server._process is not None
    status = Path(f"/proc/{server._process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def send(server: OliverServer, head: str, body: Iterator[bytes]) -> str:
    """A raw POST; sends until the server answers or the body ends. Returns what it answered."""
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)) as line:
        line.sendall(f"POST /turns/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode())
        line.settimeout(0.005)
        answer = b""
        for piece in body:
            try:
                line.settimeout(PATIENCE_S)
                line.sendall(piece)
                line.settimeout(0.005)
                answer += line.recv(65_536)
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                break
            if b"</html>" in answer or b"MB" in answer:
                break
        line.settimeout(PATIENCE_S)
        while b"\r\n\r\n" in answer[-4:] or not answer:
            answer += line.recv(65_536)
    return answer.decode()


def pieces(total_bytes: int, *, chunked: bool) -> Iterator[bytes]:
    size = 65_536
    for _ in range(total_bytes // size):
        yield b"%x\r\n%s\r\n" % (size, b"x" * size) if chunked else b"x" * size


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_body_of_a_gigabyte_is_refused_with_a_sentence(
    server: OliverServer, chunked: bool
) -> None:
    before = memory_mb(server)
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {1000 * MB}"
    head = f"{how}\r\nContent-Type: application/x-www-form-urlencoded\r\nHX-Request: true"
    answer = send(server, head, pieces(1000 * MB, chunked=chunked))
    assert answer.startswith("HTTP/1.1 413")
    assert "This is too large to send" in answer
    assert memory_mb(server) - before < 30


def test_a_program_gets_the_refusal_as_json_and_a_browser_as_a_page(server: OliverServer) -> None:
    large = "x" * 2 * MB
    refused = httpx.post(
        f"{server.url}/api/chat/stream", json={"messages": large}, timeout=PATIENCE_S
    )
    assert refused.status_code == 413
    assert refused.json()["error"]["code"] == "body_too_large"
    page = httpx.post(f"{server.url}/turns/", data={"question": large}, timeout=PATIENCE_S)
    assert page.status_code == 413
    assert "Too large" in page.text
    assert httpx.get(f"{server.url}/api/health", timeout=PATIENCE_S).status_code == 200


def test_readers_who_never_read_cost_little_memory_and_are_cut(
    server: OliverServer, provider: ProviderThread
) -> None:
    provider.plays(Says(chat_output(reasoning="Word " * (LONG_ANSWER // 5)), piece=2_000))
    body = {"messages": [{"content": "how long to report suspicious", "sender": "user"}]}
    url = f"{server.url}/api/chat/stream"
    with httpx.stream(
        "POST", url, headers=server.bearer, json=body, timeout=PATIENCE_S
    ) as response:
        reader = Stream(response)
        assert reader.end()["type"] == "done"
    before = most = memory_mb(server)
    stalled = [_ask_and_never_read(server, reader.turn_id) for _ in range(READERS)]
    try:
        end = time.monotonic() + PATIENCE_S
        while _count_cut(stalled) < READERS:
            most = max(most, memory_mb(server))
            assert time.monotonic() < end, f"{_count_cut(stalled)} were cut"
            time.sleep(0.1)
        assert most - before < MOST_MB
        assert "Traceback" not in server.log.read_text()
        assert "without completing response" not in server.log.read_text()
    finally:
        for line in stalled:
            line.close()


def _ask_and_never_read(server: OliverServer, turn_id: int) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.connect(("127.0.0.1", server.port))
    request = f"GET /api/turns/{turn_id}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    sent = "".join(f"{name}: {value}\r\n" for name, value in server.bearer.items())
    line.sendall(f"{request}{sent}\r\n".encode())
    return line


def _count_cut(stalled: list[socket.socket]) -> int:
    poll = select.poll()
    for line in stalled:
        poll.register(line, 0)  # errors and ends are always told
    return len(poll.poll(0))


# --- Servers that hand bodies on as they come, and wait by themselves for slow readers ---


class Sent(list[Mapping[str, Any]]):
    async def __call__(self, message: Mapping[str, Any]) -> None:
        self.append(message)


def scope(**headers: str) -> dict[str, Any]:
    sent = {"host": "127.0.0.1", "content-type": "application/json", **headers}
    return {
        "type": "http",
        "method": "POST",
        "path": "/api/chat/stream",
        "raw_path": b"/api/chat/stream",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }


@pytest.mark.parametrize("headers", [{}, {"content-length": "1000000000"}], ids=str)
async def test_no_more_than_the_limit_is_taken_from_such_a_server(
    headers: dict[str, str], transactional_db: None
) -> None:
    from oliver_site.asgi import django_application

    taken, sent = 0, Sent()

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 100_000
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    await BodyLimit(django_application)(scope(**headers), receive, sent)
    assert taken <= 1.2 * MB
    assert [message.get("status") for message in sent] == [413, None]
    assert json.loads(sent[1]["body"])["error"]["code"] == "body_too_large"


async def test_a_stream_leaves_a_reader_who_takes_nothing(
    application: Any,
    connected: ProviderStandIn,
    ask: Any,
    client_of: Any,
    analyst: User,
    configure: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    configure(stalled_after_s=0.1)
    connected.plays(Says(chat_output(), gate=asyncio.Event(), gate_at=40))
    turn, client = await ask(), await client_of(analyst)
    path = f"/turns/{turn.pk}/stream"
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    reader = {**scope(cookie=cookie), "method": "GET", "path": path, "raw_path": path.encode()}
    forever = asyncio.Event()
    given = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not given:
            await forever.wait()
        return given.pop()

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            await forever.wait()

    await application(reader, receive, send)
    assert "Dropping a stalled reader" in caplog.text
