"""Every URL x role x method gets what ``url_matrix.txt`` says, and no URL is missing there."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client

from tests.security.site_map import ROLES, Site, build_site, routes

_TABLE = Path(__file__).with_name("url_matrix.txt")
_METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
_QUESTION = {"messages": [{"content": "When is a SAR due?", "sender": "user"}]}
_FORM = {"question": "When is a SAR due?", "analysis_type": "general", "idempotency_key": "k"}
#: What a POST carries, where an empty one would be refused before anybody asks for the role.
_BODIES: dict[str, dict[str, Any]] = {
    "turns/": {"data": _FORM},
    "turns/<int:turn_id>/edit/": {"data": _FORM},
    "api/chat/stream": {"data": _QUESTION, "content_type": "application/json"},
    "api/turns/<turn_id>/regenerate": {"content_type": "application/json"},
    "api/turns/<turn_id>/edit": {
        "data": {"content": "When is a SAR due?"},
        "content_type": "application/json",
    },
    "api/chat/stream/debug": {"data": _QUESTION, "content_type": "application/json"},
}

#: The same for PUT.
_PUTS: dict[str, dict[str, Any]] = {
    "api/turns/<turn_id>/feedback": {
        "data": {"rating": "up"},
        "content_type": "application/json",
    },
}


@dataclass(frozen=True)
class Row:
    """One line of the table: per method the outcome of each role."""

    route: str
    outcomes: dict[str, dict[str, str]]


def _table() -> Iterator[Row]:
    for line in _TABLE.read_text().splitlines():
        if line.startswith("#"):
            continue
        route, get, head, post, put, patch, options = (cell.strip() for cell in line.split(" | "))
        patch, delete = (patch.split(" ; ") * 2)[:2]
        cells = (get, head, post, put, patch, delete, options)
        yield Row(
            "" if route == "/" else route,
            {
                method: _by_role(get if cell == "=" else cell)
                for method, cell in zip(_METHODS, cells, strict=True)
            },
        )


def _by_role(cell: str) -> dict[str, str]:
    match cell.split():
        case [everybody]:
            outcomes = [everybody] * 6
        case [anonymous, user]:
            outcomes = [anonymous] + [user] * 5
        case [anonymous, owner, other]:
            outcomes = [anonymous, owner] + [other] * 4
        case [not_staff, reviewer, staff, superuser]:
            outcomes = [not_staff] * 3 + [reviewer, staff, superuser]
        case each:
            outcomes = each
    return dict(zip(ROLES, outcomes, strict=True))


ROWS = list(_table())


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch) -> Site:
    async def well() -> dict[str, Any]:
        return {}  # without a server there is no worker, and health would wait for one

    monkeypatch.setattr("chat.api.health.health", well)
    # Who gets in is asked here thousands of times, not how the administration looks.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    return build_site()


def test_every_url_has_its_line_and_every_line_its_url() -> None:
    assert sorted(row.route for row in ROWS) == sorted(routes())


def test_everybody_gets_what_the_table_says(site: Site) -> None:
    """One test for all, because the site is built once for its thousands of requests."""
    clients = {role: site.client(role) for role in ROLES}
    differences = []
    for role, client in clients.items():
        signed_in = client.cookies.output(header="", sep=";")
        for row, method in product(ROWS, _METHODS):
            client.cookies = SimpleCookie(signed_in)  # a sign-out was rolled back as well
            with transaction.atomic():
                got = _outcome(client, method, site.url(row.route), row.route)
                transaction.set_rollback(True)
            if got != row.outcomes[method][role]:
                expected = row.outcomes[method][role]
                differences.append(f"{method} {row.route} as {role}: {got}, not {expected}")
    assert differences == []


def _outcome(client: Client, method: str, url: str, route: str) -> str:
    body = {"post": _BODIES, "put": _PUTS}.get(method, {}).get(route, {})
    response = getattr(client, method)(url, **body)
    where = response.headers.get("Location", "")
    if where.startswith("/accounts/login/?next="):
        return "login"
    return "admin" if where.startswith("/admin/login/?next=") else str(response.status_code)


def test_no_session_changes_anything_without_a_csrf_token(site: Site) -> None:
    client = site.client("superuser", enforce_csrf_checks=True)
    for row in ROWS:
        for method in ("post", "put", "patch", "delete"):
            response = getattr(client, method)(site.url(row.route), **_BODIES.get(row.route, {}))
            refused = response.status_code == 403 or _changes_nothing(row, method)
            assert refused, f"{method} {row.route}: {response.status_code}"


def _changes_nothing(row: Row, method: str) -> bool:
    """The API exempts methods that it does not know, and its own description."""
    outcomes = row.outcomes[method]
    unknown = outcomes["superuser"] in ("404", "405")
    return row.route.startswith("api/") and (unknown or outcomes == row.outcomes["get"])
