"""No page has a text that cannot be translated: read in a language in which all texts show it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chat.accounts.models import ApiToken
from chat.conversations.models import Conversation, Message, Prompt, ShareLink, StatusText, Turn
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamError
from chat.kernel.items import Step
from chat.kernel.outcomes import Outcome
from chat.library.models import LibraryNote, LibraryPassage
from tests.security.site_map import Site, build_site, routes
from tests.support.pseudo_locale import speaking_pseudo, unmarked

#: Django's own pages, files, streams, and what has no page.
_NOT_OURS = ("admin/auth/", "admin/r/", "admin/jsi18n", "admin/autocomplete", "api/openapi", "s/")
#: Words of programs, and what Django itself forgot to mark.
_NO_TEXTS = {"sar", "sar#due", "duty", "(provider_auth)", "Search"}
_FULL = Answer(
    reasoning="1",
    analysis="2",
    response="3 [4#5]",
    passages=[
        {"id": "4#5", "title": "6", "heading": "7", "kind": "duty", "text": "8", "section": "9"}
    ],
    findings=[
        {"title": "1", "severity": "high", "explanation": "2", "citations": [{"passage": "0"}]}
    ],
    artifacts=[
        {"kind": kind, "title": "", "content": "1"}
        for kind in ("memo", "table", "checklist", "code", "draft", "0")
    ],
    citations=[{"passage": "4#5", "quote": "0", "state": "unverified"}],
    steps=[Step(text="0", stage="passages", facts={"count": 2}), Step(text="0", stage="search")],
    metadata={"model": "1", "first_token_ms": 1, "total_ms": 3000, "tokens_out": 9, "sourced": 0},
    outcome="done",
)
_BROKEN = StreamError(code="provider_auth", message="", retry_after_s=9)


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch) -> Site:
    async def well() -> dict[str, str]:
        return {}

    monkeypatch.setattr("chat.api.health.health", well)
    built = build_site()
    _in_digits(built)
    speaking_pseudo(monkeypatch)
    return built


def _in_digits(site: Site) -> None:
    """What people have written has no letters."""
    for number, user in enumerate(User.objects.all()):
        User.objects.filter(pk=user.pk).update(username=f"{number}")
    Conversation.objects.update(title="1")
    Message.objects.update(text="1 " * 900)
    LibraryNote.objects.update(title="1", authority="1", section="1", topic="1")
    LibraryPassage.objects.update(heading="1", text="1", kind="duty")
    ApiToken.objects.update(prefix="1")
    StatusText.objects.update(text="1")
    Prompt.objects.update(title="1", text="1")
    turn = site.turn
    Turn.objects.filter(pk=turn.pk).update(answer_state=_FULL.as_state())
    for status in ("failed", "stopped", "interrupted", "running"):
        _another(turn, status)


def _another(turn: Turn, status: str) -> None:
    question = Message.objects.create(conversation=turn.conversation, sender="user", text="1")
    answer = Answer(response="1", error=_BROKEN if status in Outcome.failures() else None)
    Turn.objects.create(
        conversation=turn.conversation,
        question=question,
        analysis_type="document",
        status=status,
        idempotency_key=status,
        answer_state=answer.as_state(),
    )


def _strange(client: Client, url: str) -> list[str]:
    response = client.get(url)
    if "text/html" not in response.headers.get("Content-Type", ""):
        return []
    found = unmarked(response.content.decode())
    return [f"{url}: {text}" for text in found if text not in _NO_TEXTS]


@pytest.mark.parametrize("role", ["anonymous", "owner", "superuser"])
def test_every_text_of_every_page_is_marked_for_translation(site: Site, role: str) -> None:
    client = site.client(role)
    found = []
    for route in routes():
        if not route.startswith(_NOT_OURS):
            found += _strange(client, site.url(route))
    assert found == []


def test_states_of_the_lists_are_marked_for_translation(site: Site) -> None:
    client = site.client("owner")
    conversation = site.turn.conversation
    Conversation.objects.create(owner=conversation.owner, title="", archived_at=timezone.now())
    Conversation.objects.create(owner=conversation.owner, title="2", deleted_at=timezone.now())
    urls = [
        "/conversations/?show=archived",
        "/conversations/?show=deleted",
        "/conversations/?find=1",
        "/conversations/?find=0",
        f"/?undo={conversation.pk}",
        "/library/?q=1",
        "/settings/?saved=token",
        f"/conversations/{conversation.pk}/?turn={site.turn.pk}",
    ]
    assert [text for url in urls for text in _strange(client, url)] == []


def test_what_a_stranger_reads_is_marked_for_translation(site: Site, configure: object) -> None:
    configure(sharing=True)  # type: ignore[operator]
    conversation = site.turn.conversation
    last = conversation.turns.order_by("-pk").values_list("pk", flat=True)[0]
    _, secret = ShareLink.issue(conversation, last_turn_id=last, days=1)
    assert _strange(Client(), f"/s/{secret}/") == []
    assert _strange(site.client("owner"), f"/conversations/{conversation.pk}/share/") == []


def test_refusals_are_marked_for_translation(site: Site) -> None:
    client = site.client("owner")
    pages = [
        client.post("/turns/", {"question": "", "analysis_type": "general"}),
        client.post(f"/conversations/{site.turn.conversation_id}/rename/", {"title": ""}),
        Client().post("/accounts/login/", {"username": "1", "password": "1"}),
        client.get("/nothing-here"),
        Client(enforce_csrf_checks=True).post("/turns/"),
    ]
    assert [text for page in pages for text in unmarked(page.content.decode())] == []


def test_the_test_would_see_a_text_that_is_not_marked() -> None:
    assert unmarked("<p>⟦Marked⟧ 17 <b title='not'>⟦a <i>b</i> c⟧</b> bare</p>") == ["not", "bare"]
