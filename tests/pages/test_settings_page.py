"""The settings page: how Oliver looks and speaks, tokens, sessions, the password."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from chat.accounts.models import ApiToken, BrowserSession, Preferences
from chat.accounts.views.settings_page import MAX_TOKENS
from chat.conversations.models import Conversation
from chat.conversations.sharing.models import ShareLink
from tests.support.html import attribute, page_of, text_of, texts_of

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW = "a rather different one"
FORM = {
    "theme": "dark",
    "density": "compact",
    "status_style": "plain",
    "language": "de",
    "shortcuts": "",
}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def save(browser: Client, **values: str) -> Any:
    return browser.post("/settings/", {**FORM, **values})


def signed_in(name: str = "analyst", **headers: str) -> Client:
    client = Client(headers=headers)
    client.post("/accounts/login/", {"username": name, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


# --- How it looks and speaks ---------------------------------------------------------------------


def test_the_page_is_reached_from_the_sidebar(browser: Client) -> None:
    assert attribute(page_of(browser.get("/")), "#sidebar a[href='/settings/']", "href")


def test_what_is_saved_is_on_every_page_before_it_is_painted(browser: Client) -> None:
    assert save(browser)["Location"] == "/settings/?saved=preferences"
    for url in ("/", "/settings/", "/library/"):
        page = page_of(browser.get(url))
        assert attribute(page, "html", "data-theme") == "dark"
        assert attribute(page, "html", "data-density") == "compact"
        assert attribute(page, "meta[name=color-scheme]", "content") == "dark"
        assert attribute(page, "body", "data-shortcuts") == "off"


def test_without_a_choice_the_system_decides(browser: Client) -> None:
    page = page_of(browser.get("/"))
    assert attribute(page, "html", "data-theme") == "system"
    assert attribute(page, "meta[name=color-scheme]", "content") == "light dark"
    assert attribute(page, "body", "data-shortcuts") == "on"


def test_errors_and_the_sign_in_page_have_a_theme_as_well(browser: Client, client: Client) -> None:
    save(browser)
    missing = browser.get("/nothing")
    assert attribute(page_of(missing, status=404), "html", "data-theme") == "dark"
    assert attribute(page_of(client.get("/accounts/login/")), "html", "data-theme") == "system"


def test_the_form_shows_what_was_saved(browser: Client) -> None:
    save(browser, shortcuts="on")
    page = page_of(browser.get("/settings/"))
    chosen = [node.attributes["value"] for node in page.css("[type=radio][checked]")]
    assert chosen[:3] == ["dark", "compact", "plain"]
    assert attribute(page, "#id_language option[selected]", "value") == "de"
    assert page.css("[name=shortcuts][checked]")


@pytest.mark.parametrize("field", ["theme", "density", "status_style", "language"])
def test_a_value_that_does_not_exist_names_its_field_and_changes_nothing(
    browser: Client, field: str
) -> None:
    refused = page_of(save(browser, **{field: "<b>no</b>"}), status=422)
    assert "<b>no" not in refused.html  # type: ignore[operator]
    assert len(refused.css(".preferences .form-error")) == 1
    assert attribute(refused, "html", "data-theme") == "system"
    assert not Preferences.objects.exists()


def test_one_users_choice_is_no_other_users(browser: Client, stranger: User) -> None:
    save(browser)
    other = Client()
    other.force_login(stranger)
    assert attribute(page_of(other.get("/")), "html", "data-theme") == "system"


# --- Tokens --------------------------------------------------------------------------------------


def make_token(browser: Client, name: str = "Nightly report", days: str = "90") -> Any:
    return browser.post("/settings/tokens/", {"name": name, "days": days})


def test_a_token_is_shown_once_and_works(browser: Client, analyst: User) -> None:
    answer = make_token(browser)
    secret = attribute(page_of(answer), "#new-token", "value")
    assert answer["Cache-Control"] == "private, no-store"
    assert secret not in browser.get("/settings/").text
    assert secret not in str(list(ApiToken.objects.values()))
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/provider/info").status_code == 200
    listed = text_of(page_of(browser.get("/settings/")), "#tokens li")
    assert "Nightly report" in listed
    assert "last used" in listed


def test_an_expired_token_is_refused_and_marked(browser: Client, analyst: User) -> None:
    token, secret = ApiToken.issue(analyst, name="Old", days=1)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/provider/info").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert program.get("/api/provider/info").status_code == 401
    assert text_of(page_of(browser.get("/settings/")), "#tokens .tag") == "Expired"


def test_a_token_needs_a_name_and_a_known_lifetime(browser: Client) -> None:
    page = page_of(make_token(browser, name="  ", days="7000"), status=422)
    assert len(page.css(".token .form-error")) == 2
    assert attribute(page, "#token-name", "aria-describedby") == "token-name-error"
    typed = page_of(make_token(browser, name="Kept text", days="x"), status=422)
    assert attribute(typed, "#token-name", "value") == "Kept text"
    assert not ApiToken.objects.exists()


def test_tokens_are_limited_in_number(browser: Client, analyst: User) -> None:
    for at in range(MAX_TOKENS):
        ApiToken.issue(analyst, name=str(at))
    assert "too many" in text_of(page_of(make_token(browser), status=422), ".token .form-error")


def test_revoking_asks_and_ends_the_token_at_once(browser: Client, analyst: User) -> None:
    token, secret = ApiToken.issue(analyst, name="Leaked")
    url = f"/settings/tokens/{token.pk}/revoke"
    assert "Leaked" in text_of(page_of(browser.get(url)), "main form")
    assert ApiToken.objects.exists()
    assert browser.post(url)["Location"] == "/settings/?saved=token"
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/provider/info").status_code == 401


def test_tokens_of_others_are_not_there(browser: Client, stranger: User) -> None:
    token, _ = ApiToken.issue(stranger, name="Not yours")
    assert "Not yours" not in browser.get("/settings/").text
    assert browser.post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    assert ApiToken.objects.exists()


# --- Sessions ------------------------------------------------------------------------------------


def test_every_browser_is_listed_with_its_device_and_this_one_marked(analyst: User) -> None:
    signed_in(**{"User-Agent": FIREFOX})
    here = signed_in(**{"User-Agent": "curl/8"})
    page = page_of(here.get("/settings/"))
    names = texts_of(page, "#sessions .name")
    assert names == ["Unknown browser This browser", "Firefox on Windows"]
    assert "127.0.0.1" in texts_of(page, "#sessions .hint")[1]


def test_a_session_is_ended_from_another_browser(analyst: User) -> None:
    there, here = signed_in(), signed_in()
    session = BrowserSession.objects.get(session_id=there.cookies["sessionid"].value)
    assert here.post(f"/settings/sessions/{session.pk}/end")["Location"].endswith("?saved=session")
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_all_others_are_ended_also_those_that_nobody_noted(analyst: User, stranger: User) -> None:
    there, unnoted, here, other = signed_in(), signed_in(), signed_in(), signed_in("stranger")
    BrowserSession.objects.filter(session_id=unnoted.cookies["sessionid"].value).delete()
    here.post("/settings/sessions/end")
    assert [is_signed_in(each) for each in (there, unnoted, here, other)] == [
        False,
        False,
        True,
        True,
    ]


def test_sessions_of_others_cannot_be_ended(browser: Client, stranger: User) -> None:
    theirs = signed_in("stranger")
    browser.post(f"/settings/sessions/{BrowserSession.objects.get(user=stranger).pk}/end")
    assert is_signed_in(theirs)


def test_signing_out_takes_the_session_off_the_list(analyst: User) -> None:
    there, here = signed_in(), signed_in()
    there.post("/accounts/logout/")
    assert len(page_of(here.get("/settings/")).css("#sessions li")) == 1


def test_who_only_uses_the_administration_is_listed_as_well(admin_user: User) -> None:
    client = Client()
    client.force_login(admin_user)
    client.get("/admin/")
    assert BrowserSession.objects.open_of(admin_user.pk).count() == 1


def test_being_there_costs_no_write_a_page(browser: Client) -> None:
    browser.get("/library/")
    before = BrowserSession.objects.get().seen_at
    browser.get("/library/")
    assert BrowserSession.objects.get().seen_at == before
    cache.clear()  # some minutes later
    browser.get("/library/")
    assert BrowserSession.objects.get().seen_at > before


def test_an_expired_session_is_not_listed(analyst: User) -> None:
    there, here = signed_in(), signed_in()
    Session.objects.filter(pk=there.cookies["sessionid"].value).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    assert len(page_of(here.get("/settings/")).css("#sessions li")) == 1


# --- The password --------------------------------------------------------------------------------


def change(browser: Client, old: str = PASSWORD, new: str = NEW) -> Any:
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return browser.post("/settings/password/", form)


def test_the_password_is_changed_and_every_other_browser_signed_out(analyst: User) -> None:
    there, here = signed_in(), signed_in()
    assert change(here)["Location"] == "/settings/?saved=password"
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert len(page_of(here.get("/settings/")).css("#sessions li")) == 1
    analyst.refresh_from_db()
    assert analyst.check_password(NEW)


def test_a_wrong_old_password_and_a_weak_new_one_are_named(browser: Client) -> None:
    page = page_of(change(browser, old="wrong", new="123"), status=422)
    assert page.css("#id_old_password[aria-invalid]")
    assert page.css("#id_new_password2[aria-invalid]")
    assert "123" not in [node.attributes.get("value") for node in page.css("input")]


@pytest.mark.parametrize(("answer", "left"), [({}, 0), ({"keep_access": "on"}, 1)])
def test_tokens_and_shared_links_end_with_the_password_unless_they_are_kept(
    browser: Client, analyst: User, stranger: User, answer: dict[str, str], left: int
) -> None:
    for user in (analyst, stranger):
        ApiToken.issue(user)
        conversation = Conversation.objects.create(owner=user, title="Shared")
        ShareLink.issue(conversation, last_turn_id=0, days=1)
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert browser.post("/settings/password/", form | answer).status_code == 302
    assert ApiToken.objects.filter(user=analyst).count() == left
    assert ShareLink.objects.filter(conversation__owner=analyst).count() == left
    assert ApiToken.objects.filter(user=stranger).count() == 1
    assert ShareLink.objects.filter(conversation__owner=stranger).count() == 1


def test_old_passwords_cannot_be_tried_one_by_one(browser: Client) -> None:
    answers = [change(browser, old=f"guess {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "Too many wrong" in text_of(page_of(answers[-1], status=429), "[role=alert]")
    assert change(browser).status_code == 429  # the right one is not tried either
