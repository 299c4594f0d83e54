"""The prompt library: whose prompts one sees, uses and changes."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.models import Prompt
from chat.conversations.prompts.models import MAX_PROMPTS, TEXT_MAX_CHARS

pytestmark = pytest.mark.django_db
PROMPT = {"title": "Gap analysis", "text": "Compare {institution} with {rule}."}


def composer_of(client: Client, url: str) -> str:
    (field,) = LexborHTMLParser(client.get(url).text).css("#question")
    return field.text()


def test_a_prompt_is_kept_listed_and_fills_the_composer(browser: Client, analyst: User) -> None:
    assert browser.post("/prompts/new/", PROMPT).status_code == 302
    prompt = Prompt.objects.get(owner=analyst)
    assert "Gap analysis" in browser.get("/prompts/").text
    assert composer_of(browser, f"/?prompt={prompt.pk}") == PROMPT["text"]
    assert LexborHTMLParser(browser.get(f"/?prompt={prompt.pk}").text).css("#question[data-prompt]")


def test_it_is_changed_and_after_a_question_deleted(browser: Client, analyst: User) -> None:
    prompt = Prompt.objects.create(owner=analyst, **PROMPT)
    browser.post(f"/prompts/{prompt.pk}/", PROMPT | {"title": "Gaps"})
    prompt.refresh_from_db()
    assert prompt.title == "Gaps"
    assert "Gaps" in browser.get(f"/prompts/{prompt.pk}/delete/").text
    assert Prompt.objects.count() == 1
    browser.post(f"/prompts/{prompt.pk}/delete/")
    assert not Prompt.objects.exists()


def test_shared_ones_can_be_used_and_private_ones_of_others_cannot(
    browser: Client, stranger: User
) -> None:
    private = Prompt.objects.create(owner=stranger, title="Mine", text="Private words")
    shared = Prompt.objects.create(owner=stranger, title="Ours", text="Shared", is_shared=True)
    for url in ("/prompts/", "/prompts/options/"):
        page = browser.get(url).text
        assert "Ours" in page
        assert "Mine" not in page
    assert composer_of(browser, f"/?prompt={shared.pk}") == "Shared"
    assert composer_of(browser, f"/?prompt={private.pk}") == ""
    assert browser.post(f"/prompts/{shared.pk}/", PROMPT).status_code == 404


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\u0663"])
def test_an_address_that_names_no_prompt_leaves_the_composer_empty(
    browser: Client, value: str
) -> None:
    assert composer_of(browser, f"/?prompt={value}") == ""


def test_sharing_needs_the_permission(browser: Client, analyst: User) -> None:
    browser.post("/prompts/new/", PROMPT | {"is_shared": "on"})
    assert not Prompt.objects.get().is_shared
    analyst.user_permissions.add(Permission.objects.get(codename="share_prompt"))
    browser.post(f"/prompts/{Prompt.objects.get().pk}/", PROMPT | {"is_shared": "on"})
    assert Prompt.objects.get().is_shared


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("text", " "), ("title", "x" * 101), ("text", "x" * (TEXT_MAX_CHARS + 1))],
)
def test_what_cannot_be_kept_is_named_and_stays_typed(
    browser: Client, field: str, value: str
) -> None:
    answer = browser.post("/prompts/new/", PROMPT | {field: value})
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.text)
    assert page.css(f"#id_{field}[aria-invalid]")
    other = "title" if field == "text" else "text"
    assert PROMPT[other] in answer.text


def test_there_is_an_end_to_them(browser: Client, analyst: User) -> None:
    Prompt.objects.bulk_create(Prompt(owner=analyst, **PROMPT) for _ in range(MAX_PROMPTS))
    answer = browser.post("/prompts/new/", PROMPT)
    assert answer.status_code == 422
    assert str(MAX_PROMPTS) in answer.text


def test_programs_keep_prompts_as_well(browser: Client, analyst: User, stranger: User) -> None:
    made = browser.post("/api/prompts", PROMPT, content_type="application/json")
    assert made.status_code == 201, made.text
    url = f"/api/prompts/{made.json()['id']}"
    changed = browser.put(url, PROMPT | {"title": "Gaps"}, content_type="application/json")
    assert changed.json()["title"] == "Gaps"
    assert [each["title"] for each in browser.get("/api/prompts").json()] == ["Gaps"]
    shares = PROMPT | {"is_shared": True}
    assert browser.put(url, shares, content_type="application/json").status_code == 403
    other = Client()
    other.force_login(stranger)
    assert other.delete(url).status_code == 404
    assert browser.delete(url).status_code == 204
    assert browser.get("/api/prompts").json() == []
