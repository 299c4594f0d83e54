"""Read-only links: off by default, made and revoked by the owner, and they show nothing else."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chat.conversations.models import Conversation, ShareLink
from chat.kernel.answer import Answer
from tests.conversations.exports.conftest import PASSAGE, RESPONSE
from tests.pages.conftest import MakeTurn
from tests.support.html import attribute, page_of, text_of, texts_of

NOT_FOUND = 404


@pytest.fixture
def sharing(configure: Callable[..., None]) -> None:
    configure(sharing=True)


@pytest.fixture
def url(conversation: Conversation) -> str:
    return f"{conversation.get_absolute_url()}share/"


@pytest.fixture
def link(sharing: None, browser: Client, url: str, make_turn: MakeTurn) -> str:
    """The path of a fresh link to one answer."""
    make_turn("When is a SAR due?", answer=Answer(response=RESPONSE, passages=[PASSAGE]))
    page = page_of(browser.post(url, {"days": "1"}))
    return urlsplit(attribute(page, "#new-link", "value")).path


@pytest.fixture
def anybody() -> Client:
    return Client()


def test_sharing_is_off_by_default(
    browser: Client, url: str, conversation: Conversation, anybody: Client
) -> None:
    _, secret = ShareLink.issue(conversation, last_turn_id=1, days=1)
    assert browser.get(url).status_code == NOT_FOUND
    assert browser.post(url).status_code == NOT_FOUND
    assert anybody.get(f"/shared/{secret}/").status_code == NOT_FOUND
    page = page_of(browser.get(conversation.get_absolute_url()))
    assert page.css(f'a[href="{url}"]') == []


def test_a_link_shows_the_answer_to_whoever_holds_it(link: str, anybody: Client) -> None:
    page = page_of(anybody.get(link))
    assert text_of(page, "h1") == "When is a SAR due?"
    assert "no later than 30 calendar days" in text_of(page, "main")
    assert texts_of(page, "ol .tag") == ["a quote could not be verified"]


def test_the_page_leads_nowhere_and_runs_nothing(link: str, anybody: Client) -> None:
    page = page_of(anybody.get(link))
    assert page.css("nav, form, script, button, input, [hx-get], [hx-post]") == []
    assert [a for a in page.css("a") if (a.attributes["href"] or "").startswith("/")] == []


def test_it_is_kept_out_of_search_engines_caches_and_referrers(link: str, anybody: Client) -> None:
    response = anybody.get(link)
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert attribute(page_of(response), "meta[name=robots]", "content") == "noindex, nofollow"


def test_what_is_asked_later_stays_private(link: str, anybody: Client, make_turn: MakeTurn) -> None:
    make_turn("A later secret")
    page = page_of(anybody.get(link))
    assert texts_of(page, ".shared-question") == ["When is a SAR due?"]


def test_reasoning_and_names_are_not_shown(
    sharing: None, browser: Client, url: str, make_turn: MakeTurn, anybody: Client
) -> None:
    make_turn(answer=Answer(reasoning="inner thoughts", response="Yes."))
    page = page_of(browser.post(url))
    shown = page_of(anybody.get(attribute(page, "#new-link", "value"))).text()
    assert "inner thoughts" not in shown
    assert "analyst" not in shown


def test_a_revoked_link_is_gone_at_once(
    link: str, browser: Client, url: str, anybody: Client
) -> None:
    revoke = attribute(page_of(browser.get(url)), ".share li button", "formaction")
    assert browser.post(revoke)["Location"] == url
    assert anybody.get(link).status_code == NOT_FOUND
    assert page_of(browser.get(url)).css(".share li") == []


def test_an_expired_link_is_gone(link: str, browser: Client, url: str, anybody: Client) -> None:
    left = ShareLink.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)
    ShareLink.objects.update(expires_at=timezone.now())
    assert anybody.get(link).status_code == NOT_FOUND
    assert page_of(browser.get(url)).css(".share li") == []


def test_a_link_dies_with_its_conversation_for_good(
    link: str, browser: Client, conversation: Conversation, anybody: Client
) -> None:
    browser.post(f"{conversation.get_absolute_url()}delete/")
    assert anybody.get(link).status_code == NOT_FOUND
    browser.post(f"{conversation.get_absolute_url()}restore/")
    assert anybody.get(link).status_code == NOT_FOUND  # to restore is not to share again


def test_a_link_rests_while_its_owner_is_not_active(
    link: str, anybody: Client, analyst: User
) -> None:
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert anybody.get(link).status_code == NOT_FOUND


def test_secrets_are_shown_once_and_stored_hashed(link: str, browser: Client, url: str) -> None:
    secret = link.strip("/").split("/")[-1]
    assert len(secret) >= 43
    assert secret not in str(ShareLink.objects.values().get())
    assert secret not in browser.get(url).content.decode()


@pytest.mark.parametrize("days", ["", "x", "0", "-1", "36500"])
def test_no_link_lives_longer_than_is_offered(
    days: str, sharing: None, browser: Client, url: str
) -> None:
    browser.post(url, {"days": days})
    assert ShareLink.objects.get().expires_at <= timezone.now() + timedelta(days=7)


def test_strangers_neither_make_nor_revoke_links(link: str, url: str, stranger: User) -> None:
    other = Client()
    other.force_login(stranger)
    assert other.get(url).status_code == NOT_FOUND
    assert other.post(url).status_code == NOT_FOUND
    made = ShareLink.objects.get()
    assert other.post(f"{url}{made.pk}/revoke").status_code == NOT_FOUND
    assert ShareLink.objects.count() == 1


def test_a_link_of_another_conversation_is_not_revoked_through_ones_own(
    link: str, stranger: User, sharing: None
) -> None:
    own = Conversation.objects.create(owner=stranger, title="own")
    other = Client()
    other.force_login(stranger)
    made = ShareLink.objects.get()
    revoke = f"{own.get_absolute_url()}share/{made.pk}/revoke"
    assert other.post(revoke).status_code == NOT_FOUND
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize("secret", ["x", "a" * 43, "-"])
def test_made_up_secrets_are_not_found(secret: str, sharing: None, db: None) -> None:
    assert Client().get(f"/shared/{secret}/").status_code == NOT_FOUND
