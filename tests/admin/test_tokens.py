"""API tokens in the admin: a list, and revoking."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.accounts.models import ApiToken
from tests.admin.conftest import parsed, text_of

LIST = "/admin/accounts/apitoken/"


@pytest.fixture
def token(analyst: User) -> ApiToken:
    return ApiToken.issue(analyst)[0]


def test_the_list_tells_tokens_apart_without_their_secret(
    admin_client: Client, token: ApiToken
) -> None:
    for url in (LIST, f"{LIST}{token.pk}/change/"):
        response = admin_client.get(url)
        assert token.prefix in text_of(response)
        assert token.digest not in response.content.decode()


def test_deleting_a_token_revokes_it(admin_client: Client, token: ApiToken) -> None:
    admin_client.post(f"{LIST}{token.pk}/delete/", {"post": "yes"})
    assert not ApiToken.objects.exists()


def test_several_tokens_can_be_revoked_at_once(
    admin_client: Client, token: ApiToken, analyst: User
) -> None:
    kept = ApiToken.issue(analyst)[0]
    options = parsed(admin_client.get(LIST)).css("[name=action] option")
    assert [option.attributes["value"] for option in options] == ["", "revoke"]
    response = admin_client.post(
        LIST, {"action": "revoke", "_selected_action": [token.pk]}, follow=True
    )
    assert "1 token revoked" in text_of(response)
    assert ApiToken.objects.get() == kept


def test_tokens_are_made_by_a_command_only(admin_client: Client, token: ApiToken) -> None:
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{token.pk}/change/", {"user": 1}).status_code == 403


def test_staff_without_the_right_revoke_nothing(staff: Client, token: ApiToken) -> None:
    assert staff.post(f"{LIST}{token.pk}/delete/", {"post": "yes"}).status_code == 403
    assert staff.post(LIST, {"action": "revoke", "_selected_action": [token.pk]}).status_code == 403
    assert ApiToken.objects.exists()
