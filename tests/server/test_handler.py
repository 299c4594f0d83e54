"""The site's handler: one kept thread for a request, and Django's own way for what is async."""

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from asgiref import testing
from django.core import signals
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLResolver, path, resolve
from pytest_django.fixtures import Settings

from oliver_site.server.handler import OneThreadHandler
from oliver_site.server.request_limiter import Lane
from tests.support.eventually import PATIENCE_S

ApplicationCommunicator: Any = testing.ApplicationCommunicator  # asgiref has no types


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(threading.current_thread().name)


async def later(request: HttpRequest) -> HttpResponse:
    return HttpResponse(threading.current_thread().name)


async def in_parts(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    return StreamingHttpResponse(parts())


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body + request.path.encode())


def followed(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("not to be sent")
    response.follow = "turn 7"  # type: ignore[attr-defined]
    response.set_cookie("seen", "1")
    return response


urlpatterns = [
    *(path(view.__name__, view) for view in (plain, later, in_parts, broken, echo, followed)),
    path("named", plain, name="following"),
]


@pytest.fixture
def handler(settings: Settings) -> OneThreadHandler:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    return OneThreadHandler(following_urls={"following"})


@pytest.fixture
def finished() -> Iterator[list[str]]:
    """The threads on which requests ended."""
    threads: list[str] = []

    def note(**kwargs: Any) -> None:
        threads.append(threading.current_thread().name)

    signals.request_finished.connect(note)
    yield threads
    signals.request_finished.disconnect(note)


async def _asked(handler: OneThreadHandler, name: str, body: bytes = b"") -> tuple[int, bytes]:
    scope = {"type": "http", "method": "POST", "path": f"/{name}", "headers": [(b"host", b"x")]}
    there = ApplicationCommunicator(handler, {**scope, "query_string": b""})
    await there.send_input({"type": "http.request", "body": body})
    start = await there.receive_output(PATIENCE_S)
    content, more = b"", True
    while more:
        message = await there.receive_output(PATIENCE_S)
        content += message.get("body", b"")
        more = message.get("more_body", False)
    await there.wait(PATIENCE_S)
    return start["status"], content


@pytest.fixture(autouse=True)
def any_host(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]


async def test_requests_work_and_end_on_threads_that_are_kept(
    handler: OneThreadHandler, finished: list[str]
) -> None:
    used = [(await _asked(handler, "plain"))[1].decode() for _ in range(5)]
    assert finished == used
    assert (
        len(set(used)) < 5
    )  # not always one: the thread before may still be putting away its call
    assert used[0].startswith("oliver-request")


async def test_the_body_and_the_path_arrive(handler: OneThreadHandler) -> None:
    assert await _asked(handler, "echo", b"said to ") == (200, b"said to /echo")


async def test_an_asynchronous_view_runs_on_the_loop(handler: OneThreadHandler) -> None:
    assert await _asked(handler, "later") == (200, threading.current_thread().name.encode())


async def test_a_response_in_parts_is_whole(handler: OneThreadHandler, finished: list[str]) -> None:
    assert await _asked(handler, "in_parts") == (200, b"one two")
    assert len(finished) == 1


async def test_what_is_to_be_followed_is_handed_over_and_not_sent(
    handler: OneThreadHandler,
) -> None:
    sent: list[Any] = []
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/followed"}
    scope |= {"headers": [], "query_string": b""}

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    await handler(scope, receive, send)
    assert (scope["follow"], sent) == ("turn 7", [])
    assert (b"Set-Cookie", b"seen=1; Path=/") in scope["follow_headers"]


@pytest.mark.parametrize(
    ("path", "lane"),
    [("named", "following"), ("plain", "general"), ("nowhere/stream", "general")],
)
async def test_the_name_of_a_url_says_in_which_lane_its_requests_wait(
    handler: OneThreadHandler, monkeypatch: pytest.MonkeyPatch, path: str, lane: str
) -> None:
    used: list[Any] = []
    submit = Lane.submit

    def noted(self: Lane, *args: Any, **kwargs: Any) -> Any:
        used.append(self)
        return submit(self, *args, **kwargs)

    monkeypatch.setattr(Lane, "submit", noted)
    await _asked(handler, path)
    assert used == [getattr(handler._limiter, lane)]


@pytest.mark.parametrize("path", ["/turns/7/stream", "/api/turns/7/stream"])
def test_the_streams_of_pages_and_programs_have_that_name(path: str) -> None:
    assert resolve(path).url_name == "turn-stream"  # as ``oliver_site.asgi`` has it


async def test_a_url_is_resolved_once(
    handler: OneThreadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved: list[str] = []
    look_up = URLResolver.resolve

    def noted(self: URLResolver, path: str) -> Any:
        resolved.append(path)
        return look_up(self, path)

    monkeypatch.setattr(URLResolver, "resolve", noted)
    await _asked(handler, "plain")
    assert resolved == ["/plain"]


@pytest.mark.parametrize(("name", "status"), [("broken", 500), ("nowhere", 404)])
async def test_a_failure_is_an_answer_and_ends_the_request(
    handler: OneThreadHandler,
    finished: list[str],
    name: str,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert (await _asked(handler, name))[0] == status
    assert len(finished) == 1


async def test_who_leaves_before_the_body_is_whole_starts_nothing(
    handler: OneThreadHandler, finished: list[str]
) -> None:
    scope = {"type": "http", "method": "POST", "path": "/plain", "headers": []}
    there = ApplicationCommunicator(handler, {**scope, "query_string": b""})
    await there.send_input({"type": "http.disconnect"})
    await there.wait(PATIENCE_S)
    assert finished == []
    assert await there.receive_nothing()
