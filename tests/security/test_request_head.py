"""What a request's head says of Oliver itself is not believed: over real HTTP."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from oliver_site.server.access_log import without_secrets
from oliver_site.server.request_head import UNTRUSTED_HEADERS, RequestHead
from tests.browser.server import OliverServer
from tests.support.cluster import UvicornServer, signed_in
from tests.support.eventually import PATIENCE_S
from tests.support.nginx import NginxServer
from tests.support.services import program

_EVIL = "//evil.example"


@pytest.fixture(scope="module", params=[OliverServer, UvicornServer], ids=["daphne", "uvicorn"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OliverServer]:
    with request.param(tmp_path_factory.mktemp("server"), OLIVER_SHARING="1") as running:
        yield running


@pytest.fixture(scope="module")
def nginx(server: OliverServer) -> Iterator[NginxServer]:
    with NginxServer([server.port]) as running:
        yield running


@pytest.fixture(params=["directly", "through nginx"])
def url(request: pytest.FixtureRequest, server: OliverServer) -> str:
    if request.param == "directly":
        return server.url
    return str(request.getfixturevalue("nginx").url)


def ask(browser: httpx.Client, question: str) -> str:
    """The page of a conversation with a whole answer."""
    form = {
        "question": question,
        "analysis_type": "general",
        "idempotency_key": question[:60].replace(" ", "-"),
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    page = browser.post("/turns/", data=form).headers["location"]
    turn = page.partition("?turn=")[2].partition("#")[0] or "1"
    with browser.stream("GET", f"/turns/{turn}/stream") as stream:
        stream.read()
    return page


def test_no_header_colours_the_links_of_this_page_or_of_anybody_elses(url: str) -> None:
    with signed_in(url) as browser:
        page = ask(browser, "When is a suspicious activity report due?")
        forged = {name.decode(): _EVIL for name in UNTRUSTED_HEADERS}
        for path in (page, "/library/", "/api/openapi.json", "/accounts/login/", "/nothing"):
            poisoned = browser.get(path, headers=forged)
            assert "evil.example" not in poisoned.text, path
            assert "evil.example" not in str(poisoned.headers), path
            assert "evil.example" not in browser.get(path).text, path
        assert "/library/" in browser.get(page).text


def test_no_header_colours_a_redirect(url: str) -> None:
    for name in UNTRUSTED_HEADERS:
        for path in ("/", "/admin/", "/library", "/settings/"):
            answer = httpx.get(url + path, headers={name.decode(): _EVIL}, timeout=PATIENCE_S)
            where = answer.headers.get("location", "/")
            assert where.startswith("/"), (name, path)
            assert not where.startswith("//"), (name, path)


def raw(server: OliverServer, head: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)) as line:
        line.settimeout(PATIENCE_S)
        line.sendall(b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + b"\r\n\r\n")
        return line.recv(65_536)


@pytest.mark.parametrize(
    "head",
    [
        b"Daphne-Root-Path: \xff\xfe",
        b"Daphne-Root-Path: %ff",
        b"Cookie: sessionid=\xff; oliver_language=\xff",
        b"Upgrade: h2c\r\nConnection: Upgrade",
        b"X-Forwarded-For: \xff",
        b"Last-Event-ID: \xff",
        b"Accept-Language: \xff",
    ],
)
def test_odd_heads_are_answered_like_any_other(server: OliverServer, head: bytes) -> None:
    assert raw(server, head).split(b"\r\n")[0].split()[1] in (b"200", b"400")


def test_a_websocket_is_refused_and_fails_nothing(server: OliverServer) -> None:
    before = server.log.read_text().count("Traceback")
    head = (
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    )
    status = int(raw(server, head).split()[1])
    assert status in (200, 403), status  # Daphne ignores the upgrade, uvicorn refuses it
    assert server.log.read_text().count("Traceback") == before


def test_cookies_beyond_eight_kilobytes_are_refused_with_a_sentence(server: OliverServer) -> None:
    headers = {"Cookie": "x=" + "y" * 9_000}
    page = httpx.get(f"{server.url}/accounts/login/", headers=headers, timeout=PATIENCE_S)
    assert page.status_code == 431
    assert "too many cookies" in page.text
    called = httpx.get(f"{server.url}/api/health", headers=headers, timeout=PATIENCE_S)
    assert called.json()["error"]["code"] == "headers_too_large"


async def test_cookies_that_take_long_to_parse_never_reach_a_parser() -> None:
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    async def nothing() -> dict[str, Any]:
        return {}

    async def send(message: object) -> None:
        raise AssertionError(message)

    slow = b'sessionid="' + b"\\" * 7_000 + b'"; csrftoken=abc'
    scope = {"type": "http", "path": "/", "headers": [(b"cookie", slow), (b"accept", b"*/*")]}
    await RequestHead(application)(scope, nothing, send)
    assert seen[0]["headers"] == [(b"cookie", b" csrftoken=abc"), (b"accept", b"*/*")]


def test_no_log_holds_a_share_links_secret_or_what_was_searched(server: OliverServer) -> None:
    secret = "kC3-verysecretverysecretverysecret"
    with NginxServer([server.port]) as nginx:
        for url in (server.url, nginx.url):
            for path in (
                f"/shared/{secret}/",
                f"/shared/{secret}/?x=1",
                f"/%73hared/{secret}/",
                f"//shared/{secret}/",
                "/conversations/?q=whistleblower",
            ):
                httpx.get(url + path, timeout=PATIENCE_S)
            sent = {"Referer": f"{url}/shared/{secret}/"}
            httpx.get(f"{url}/nothing-here", headers=sent, timeout=PATIENCE_S)
        nginx.kill()  # it writes a line after its answer
        for log in (server.log, nginx.access_log):
            written = log.read_text()
            assert "/nothing-here" in written  # it is an access log
            assert "/shared/-" in written
            assert secret not in written
            assert "whistleblower" not in written


def test_nginx_speaks_http_2_over_tls(server: OliverServer) -> None:
    with NginxServer([server.port], tls=True) as nginx:
        asked = ["-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{response_code}"]
        command = [program("curl"), *asked, f"{nginx.url}/accounts/login/"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=PATIENCE_S
        )
    assert done.stdout == "2 200"


@pytest.mark.parametrize(
    ("target", "logged"),
    [
        ("/shared/abc/", "/shared/-/"),
        ("/shared/abc", "/shared/-"),
        ("/%73hared/abc/?q=x", "/shared/-/"),
        ("/SHARED/abc/", "/SHARED/-/"),
        ("http://here/shared/abc/", "http%3A//here/shared/-/"),
        ("/conversations/?q=elder", "/conversations/"),
        ("/x%0a127.0.0.1 forged", "/x%0A127.0.0.1%20forged"),
    ],
)
def test_logged_paths_hold_no_secret_and_no_line_end(target: str, logged: str) -> None:
    assert without_secrets(target) == logged
