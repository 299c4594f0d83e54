"""What every answer carries, and the old tricks: fixation, foreign frames, redirects, hosts."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import AsyncClient, Client
from django.urls import path
from pytest_django.fixtures import Settings

from chat.engine.delivery.routing import FollowSwitch
from chat.engine.worker.worker import TurnWorker
from chat.kernel.conf import BASE_DIR
from oliver_site.server.handler import OneThreadHandler
from tests.security.site_map import Site, build_site, routes
from tests.support.sse_reader import SSEReader

_EVIL = ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)")
_REQUIRED = {
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "default-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch) -> Site:
    async def well() -> dict[str, Any]:
        return {}

    monkeypatch.setattr("chat.api.health.health", well)
    return build_site()


def problems_of(headers: Any) -> list[str]:
    """What an answer's headers lack."""
    policy = {
        name: values
        for name, *values in (
            part.split() for part in headers.get("Content-Security-Policy", "").split(";") if part
        )
    }
    found = [f"CSP {name}" for name, values in _REQUIRED.items() if policy.get(name) != values]
    if "unsafe" in headers.get("Content-Security-Policy", ""):
        found.append("unsafe")
    if headers.get("X-Content-Type-Options", "").lower() != "nosniff":
        found.append("nosniff")
    return found


# --- Headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["anonymous", "superuser"])
def test_every_answer_carries_the_policy_and_forbids_frames(site: Site, role: str) -> None:
    client = site.client(role)
    for route in routes():
        if "logout" in route:
            continue  # it would end the session that the rest needs
        for method in ("get", "post"):
            response = getattr(client, method)(site.url(route))
            problems = problems_of(response.headers)
            if response.headers.get("X-Frame-Options") != "DENY":
                problems.append("frames")
            assert problems == [], f"{method} {route}"


def test_no_cache_keeps_a_page_or_a_download(site: Site) -> None:
    client = site.client("superuser")
    for route in routes():
        if "logout" in route:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(site.url(route))
            directives = set(answer.headers["Cache-Control"].split(", "))
            assert directives >= {"private", "no-store"}, f"{method} {route}"


def test_the_database_and_its_directory_are_for_their_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "oliver.sqlite3").touch(mode=0o644)  # as an earlier version made it
    _manage(data, "migrate", "accounts", "--verbosity", "0")
    modes = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir() if path.is_file()}
    assert modes.pop("oliver.sqlite3") == 0o600
    assert set(modes.values()) == {0o600}
    assert data.stat().st_mode & 0o777 == 0o700


def _manage(data: Path, *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=BASE_DIR,
        env={"PATH": "", "OLIVER_DATA_DIR": str(data)},
        check=True,
    )


def test_static_files_and_errors_carry_the_policy(client: Client, db: None) -> None:
    form = "application/x-www-form-urlencoded"
    answers = {
        "static": client.get("/static/js/composer.js"),
        "no such file": client.get("/static/nothing.js"),
        "404": client.get("/nothing"),
        "400, host": client.get("/", headers={"Host": "evil.example"}),
        "400, body": client.post("/accounts/login/", "x" * 1_100_000, content_type=form),
    }
    for name, answer in answers.items():
        assert problems_of(answer.headers) == [], name
    assert answers["static"].status_code == 200
    answers["static"].close()  # it holds the file open
    assert answers["400, body"].status_code == 400


def _broken(request: Any) -> Any:
    raise RuntimeError("not foreseen")


urlpatterns = [path("broken/", _broken)]


def test_an_unforeseen_error_carries_the_policy_and_tells_nothing(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    answer = Client(raise_request_exception=False).get("/broken/")
    assert answer.status_code == 500
    assert problems_of(answer.headers) == []
    assert b"not foreseen" not in answer.content
    assert b"Traceback" not in answer.content


async def test_streams_carry_the_policy(
    working: Callable[[], TurnWorker], settings: Settings
) -> None:
    from asgiref.sync import sync_to_async

    site = await sync_to_async(build_site)()
    client = AsyncClient()
    await sync_to_async(client.force_login)(site.users["owner"])
    application = FollowSwitch(OneThreadHandler())
    for url in (f"/turns/{site.turn.pk}/stream", f"/api/turns/{site.turn.pk}/stream"):
        async with SSEReader(application, client, url) as reader:
            assert reader.status == 200
            assert reader.headers["content-type"].startswith("text/event-stream")
            named = {name.title(): value for name, value in reader.headers.items()}
            assert problems_of(named) == [], url
            await reader.to_the_end()


# --- Sessions and cookies ------------------------------------------------------------------------


def test_the_session_key_changes_when_somebody_signs_in(client: Client, analyst: User) -> None:
    planted = SessionStore()
    planted.create()  # a real one, of nobody: what a made-up key is replaced by proves little
    old_key = str(planted.session_key)
    client.cookies["sessionid"] = old_key
    form = {"username": "analyst", "password": "correct horse battery"}
    assert client.post("/accounts/login/", form).status_code == 302
    key = client.cookies["sessionid"].value
    assert key != old_key
    assert not SessionStore().exists(old_key)
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    old = Client()
    old.cookies["sessionid"] = key
    assert old.get("/").status_code == 302  # signing out ended it for everybody who has the key


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(
    client: Client, analyst: User
) -> None:
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"username": "analyst", "password": "correct horse battery"})
    assert {"sessionid", "csrftoken"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def _settings_with(tmp_path: Path, **environment: str) -> dict[str, Any]:
    names = (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "CORS_ALLOWED_ORIGINS",
    )
    code = (
        "import json, django; django.setup(); from django.conf import settings as s;"
        f"print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env={
            "PATH": "",
            "DJANGO_SETTINGS_MODULE": "oliver_site.settings",
            "OLIVER_DATA_DIR": str(tmp_path),
            **environment,
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_with_https_cookies_travel_encrypted_only(tmp_path: Path) -> None:
    found = _settings_with(tmp_path, OLIVER_HTTPS="1")
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600


def test_djangos_own_check_of_a_deployment_finds_nothing(tmp_path: Path) -> None:
    command = ["manage.py", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(
        [sys.executable, "-W", "error", *command],
        cwd=BASE_DIR,
        env={"PATH": "", "OLIVER_DATA_DIR": str(tmp_path), "OLIVER_HTTPS": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_redirect_to_https_carries_the_policy(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/accounts/login/")
    assert answer.status_code == 301
    assert problems_of(answer.headers) == []


# --- Redirects and hosts -------------------------------------------------------------------------


@pytest.mark.parametrize("target", _EVIL)
def test_signing_in_never_leads_to_another_site(client: Client, analyst: User, target: str) -> None:
    form = {"username": "analyst", "password": "correct horse battery", "next": target}
    assert client.post("/accounts/login/", form)["Location"] == "/"
    assert client.get("/accounts/login/", {"next": target})["Location"] == "/"


@pytest.mark.parametrize("target", _EVIL)
def test_the_administrations_sign_in_never_leads_to_another_site(
    client: Client, analyst: User, target: str
) -> None:
    there = client.get("/admin/login/", {"next": target})["Location"]
    assert there.startswith("/accounts/login/")
    form = {"username": "analyst", "password": "correct horse battery", "next": target}
    assert client.post(there, form)["Location"] == "/"


@pytest.mark.parametrize("target", _EVIL)
def test_no_other_action_leads_to_another_site(db: None, target: str) -> None:
    site = build_site()
    client = site.client("owner")
    for route in routes():
        if route.startswith(("admin", "api", "accounts")):
            continue
        form = {"next": target, "question": "x", "title": "x", "analysis_type": "general"}
        answer = client.post(site.url(route), form, query_params={"next": target})
        where = answer.headers.get("Location", "/")
        assert where.startswith("/"), route
        assert not where.startswith(("//", "/\\")), route


@pytest.mark.parametrize("url", ["/", "/accounts/login/", "/api/health", "/admin/", "/nothing"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1@evil.example", "evil.example:80"])
def test_an_unknown_host_name_is_refused(client: Client, db: None, url: str, host: str) -> None:
    answer = client.get(url, headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil" not in answer.content


def test_forwarded_hosts_are_not_believed(client: Client, db: None) -> None:
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer["Location"]


# --- Other sites' scripts ------------------------------------------------------------------------

_ORIGIN = "https://desk.example"


def test_no_other_site_may_call_by_default(client: Client, db: None) -> None:
    for url in ("/api/health", "/", "/accounts/login/", "/api/openapi.json"):
        answer = client.options(url, headers={"Origin": _ORIGIN})
        assert not any(name.startswith("Access-Control") for name in answer.headers), url


def test_a_listed_origin_may_call_the_api_without_cookies_and_nothing_else(
    client: Client, db: None, settings: Settings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = [_ORIGIN]
    preflight = client.options(
        "/api/chat/stream",
        headers={"Origin": _ORIGIN, "Access-Control-Request-Method": "POST"},
    )
    assert preflight["Access-Control-Allow-Origin"] == _ORIGIN
    assert "authorization" in preflight["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight
    other = client.options("/api/chat/stream", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other
    page = client.get("/accounts/login/", headers={"Origin": _ORIGIN})
    assert "Access-Control-Allow-Origin" not in page


def test_origins_are_a_list_of_sites_and_a_star_is_refused(tmp_path: Path) -> None:
    found = _settings_with(tmp_path, OLIVER_CORS_ORIGINS=f"{_ORIGIN}, http://localhost:5173")
    assert found["CORS_ALLOWED_ORIGINS"] == [_ORIGIN, "http://localhost:5173"]
    for bad in ("*", "desk.example", "https://desk.example/path"):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            _settings_with(tmp_path, OLIVER_CORS_ORIGINS=bad)
        assert "OLIVER_CORS_ORIGINS" in refused.value.stderr


def test_sizes_are_bounded(db: None) -> None:
    site = build_site()
    client = site.client("owner")
    form = {"analysis_type": "general", "idempotency_key": "k"}
    long = client.post("/turns/", {**form, "question": "x" * 100_001})
    assert long.status_code == 422
    assert client.post("/turns/", {**form, "question": "x" * 1_000_001}).status_code == 400
    body = {"messages": [{"content": "x" * 1_000_001, "sender": "user"}]}
    too_large = client.post("/api/chat/stream", body, content_type="application/json")
    assert too_large.status_code == 413
    titled = client.post("/turns/", {**form, "question": "y" * 90_000})
    assert titled.status_code == 303
    assert len(site.users["owner"].conversations.latest("pk").title) <= 200
