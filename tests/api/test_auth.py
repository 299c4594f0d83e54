"""Who may call the API: tokens, sessions, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chat.accounts.models import ApiToken
from chat.conversations.models import Turn
from tests.api.conftest import question

pytestmark = pytest.mark.django_db
INFO = "/api/provider/info"


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_without_token_or_session_every_call_is_unauthorized(anybody: Client) -> None:
    responses = [
        anybody.get(INFO),
        anybody.get("/api/turns/1"),
        anybody.get("/api/turns/1/stream"),
        anybody.post("/api/turns/1/stop"),
        anybody.post("/api/chat/stream", question(), content_type="application/json"),
        anybody.post("/api/chat/stream/debug", question(), content_type="application/json"),
    ]
    assert {refused(response) for response in responses} == {(401, "unauthorized")}
    assert responses[0]["WWW-Authenticate"].startswith("Bearer")


def test_a_token_signs_its_owner_in(client: Client) -> None:
    assert client.get(INFO).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer oliver_wrong", "Bearer ", "Bearer", "oliver_wrong", "Basic YTpi", ""]
)
def test_a_wrong_token_is_refused_even_beside_a_good_session(
    header: str, analyst: User, anybody: Client
) -> None:
    anybody.force_login(analyst)
    response = anybody.get(INFO, headers={"Authorization": header})
    assert refused(response) == (401, "unauthorized")


def test_the_token_of_a_blocked_user_is_refused(client: Client, analyst: User) -> None:
    analyst.is_active = False
    analyst.save()
    assert client.get(INFO).status_code == 401


def test_a_revoked_token_is_refused(client: Client) -> None:
    ApiToken.objects.all().delete()
    assert client.get(INFO).status_code == 401


def test_the_scheme_may_be_written_in_any_case(token: str, anybody: Client) -> None:
    response = anybody.get(INFO, headers={"Authorization": f"bearer {token}"})
    assert response.status_code == 200


def test_use_of_a_token_is_noted_once_a_minute(client: Client) -> None:
    client.get(INFO)
    first = ApiToken.objects.get().last_used_at
    client.get(INFO)
    assert ApiToken.objects.get().last_used_at == first
    a_while_ago = timezone.now() - timedelta(minutes=2)
    ApiToken.objects.update(last_used_at=a_while_ago)
    client.get(INFO)
    noted = ApiToken.objects.get().last_used_at
    assert noted is not None
    assert noted > a_while_ago


def test_a_session_may_read_without_a_csrf_token(anybody: Client, analyst: User) -> None:
    anybody.force_login(analyst)
    assert anybody.get(INFO).status_code == 200


def test_a_session_needs_the_csrf_token_to_ask(anybody: Client, analyst: User) -> None:
    anybody.force_login(analyst)
    response = anybody.post("/api/chat/stream", question(), content_type="application/json")
    assert refused(response) == (403, "csrf_failed")
    assert not Turn.objects.exists()


def test_a_session_with_the_csrf_token_asks(anybody: Client, analyst: User) -> None:
    anybody.force_login(analyst)
    csrf = "a" * 32
    anybody.cookies["csrftoken"] = csrf
    response = anybody.post(
        "/api/chat/stream",
        question(),
        content_type="application/json",
        headers={"X-CSRFToken": csrf},
    )
    assert response["X-Oliver-Turn"] == str(Turn.objects.get().pk)
