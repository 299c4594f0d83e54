"""NUL, which PostgreSQL cannot store or compare: no form fails at it, no header brings it in.

Run by ``tests.database.test_postgresql`` as well, where each of them would be one.
"""

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient, Client

from chat.conversations.models import Conversation, Turn
from tests.pages.conftest import MakeTurn

pytestmark = pytest.mark.django_db

_FORMS = {
    "/turns/": ["question", "analysis_type", "idempotency_key", "conversation", "parent"],
    "/turns/{turn}/edit/": ["question", "analysis_type", "idempotency_key"],
    "/turns/{turn}/feedback/": ["rating", "reasons", "comment"],
    "/conversations/{conversation}/rename/": ["title"],
    "/conversations/{conversation}/share/": ["days"],
    "/prompts/new/": ["title", "text", "shared"],
    "/settings/": ["theme", "language", "density"],
    "/settings/tokens/": ["name"],
    "/settings/password/": ["old_password", "new_password1", "new_password2"],
    "/accounts/login/": ["username", "password"],
}
_GOOD = {
    "question": "When is it due?",
    "analysis_type": "general",
    "idempotency_key": "key",
    "rating": "down",
    "details": "1",
    "title": "Title",
    "text": "Text",
    "name": "Name",
    "username": "analyst",
    "password": "wrong",
}


@pytest.fixture
def browser(analyst: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(analyst)
    return client


@pytest.mark.parametrize(
    ("path", "field"), [(path, field) for path, fields in _FORMS.items() for field in fields]
)
def test_no_field_of_a_form_makes_an_error(
    path: str, field: str, browser: Client, conversation: Conversation, make_turn: MakeTurn
) -> None:
    turn = make_turn()
    url = path.format(turn=turn.pk, conversation=conversation.pk)
    if "login" in path:
        browser.logout()
    response = browser.post(url, {**_GOOD, field: f"{_GOOD.get(field, '1')}\0x"})
    assert response.status_code < 500


@pytest.mark.parametrize("key", ["\0", "a\0b", "ä", "a b", "k" * 65, ""])
def test_a_key_of_other_than_printable_characters_is_refused_by_name(
    key: str, browser: Client
) -> None:
    response = browser.post(
        "/turns/", {**_GOOD, "idempotency_key": key}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 422
    assert not Turn.objects.exists()


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "other"])
def test_a_cookie_with_nul_is_refused_by_name(name: str, db: None) -> None:
    cookie = f'first=1; {name}="abcdefghijkl\\000x"'
    response = Client().get("/", headers={"Cookie": cookie})
    assert response.status_code == 400
    assert name in response.text


@pytest.mark.parametrize("header", ["User-Agent", "Authorization", "Accept-Language", "X-Any"])
def test_a_header_with_nul_is_refused_by_name(header: str, db: None) -> None:
    wrong = {"username": "analyst", "password": "wrong"}
    page = Client().post("/accounts/login/", wrong, headers={header: "a\0b"})
    program = Client().get("/api/turns/1", headers={header: "a\0b"})
    assert (page.status_code, program.status_code) == (400, 400)
    assert header in page.text
    assert program.json()["error"]["field"] == header


async def test_an_asynchronous_view_refuses_it_too(db: None) -> None:
    response = await AsyncClient().get("/api/health", headers={"X-Any": "a\0b"})
    assert response.status_code == 400


def test_a_backslash_in_a_cookie_is_no_nul(db: None) -> None:
    assert Client().get("/", headers={"Cookie": r"other=a\000b"}).status_code == 302
