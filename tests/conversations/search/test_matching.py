"""Which conversations are found, in every backend; and that the index follows what changes."""

from types import ModuleType

import pytest
from django.contrib.auth.models import User
from django.db import connection

from chat.conversations.models import Conversation, Message
from chat.conversations.search import (
    backends,
    finding,
    found_in,
    fts5,
    matching,
    plain,
    search,
    terms_of,
    tsvector,
)
from chat.conversations.search.marks import marked
from chat.conversations.search.terms import terms_in

pytestmark = pytest.mark.django_db
BACKENDS = [plain, {"sqlite": fts5, "postgresql": tsvector}[connection.vendor]]


@pytest.fixture(params=BACKENDS, ids=lambda module: module.__name__, autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module: ModuleType = request.param
    monkeypatch.setattr(backends, "backend", lambda: module)
    return module


def conversation(owner: User, title: str, *texts: str) -> Conversation:
    made = Conversation.objects.create(owner=owner, title=title)
    for text in texts:
        Message.objects.create(conversation=made, sender="user", text=text)
    return made


def found(user: User, find: str) -> set[str]:
    mine = Conversation.objects.owned_by(user)
    return {c.title for c in matching(mine, terms_of(find), owner_id=user.pk)}


def test_words_are_found_in_titles_questions_and_answers(analyst: User) -> None:
    conversation(analyst, "SAR deadline", "When is it due?", "After thirty calendar days.")
    assert found(analyst, "deadl") == found(analyst, "WHEN") == found(analyst, "thirt")
    assert found(analyst, "thirty") == {"SAR deadline"}
    assert found(analyst, "forty") == set()


def test_all_words_must_occur_but_anywhere_in_the_conversation(analyst: User) -> None:
    conversation(analyst, "SAR deadline", "Which days count?", "All of them.")
    conversation(analyst, "SAR secrecy", "May I tell?")
    assert found(analyst, "sar days") == {"SAR deadline"}
    assert found(analyst, "sar") == {"SAR deadline", "SAR secrecy"}


def test_nobody_finds_what_belongs_to_others(analyst: User, stranger: User) -> None:
    conversation(stranger, "secret", "merger")
    assert found(analyst, "secret") == found(analyst, "merger") == set()
    assert found(analyst, f"o{stranger.pk}") == set()


@pytest.mark.parametrize("find", ["", "§", '"', "'", "-", "* OR *", "NEAR(", "a:b", "\0", "💶"])
def test_no_input_is_a_syntax_error_or_finds_everything(find: str, analyst: User) -> None:
    conversation(analyst, "SAR", "deadline")
    assert found(analyst, find) == set()


def test_the_index_follows_what_is_renamed_rewritten_and_deleted(analyst: User) -> None:
    made = conversation(analyst, "before", "earlier")
    Conversation.objects.update(title="after")
    Message.objects.update(text="later")
    assert found(analyst, "before") == found(analyst, "earlier") == set()
    assert found(analyst, "after later") == {"after"}
    pk = made.pk
    made.delete()
    Conversation.objects.create(pk=pk, owner=analyst, title="new")
    assert found(analyst, "later") == set()


def test_the_message_with_the_most_words_is_shown(analyst: User) -> None:
    both = conversation(analyst, "one", "bank", "a bank must report", "report by a bank")
    title_only = conversation(analyst, "bank", "something")
    shown = found_in([both.pk, title_only.pk], ("bank", "report"))
    assert {pk: found.text for pk, found in shown.items()} == {both.pk: "a bank must report"}


@pytest.mark.parametrize(
    "find",
    [
        "§1020.320",
        "31 cfr",
        "320",
        "über",
        "UBERW",
        "ΣΙΣΥ",
        "москв",
        "x",
        "5 years",
        "a_b",
        "e-mai",
    ],
)
def test_all_backends_and_the_marks_agree_what_a_word_is(
    find: str, analyst: User, backend: ModuleType
) -> None:
    text = "See 31 CFR §1020.320: Überweisungen, σισυφος, МОСКВА; x_a_b e-mail within 5 years."
    conversation(analyst, "title", text)
    if backend is not plain:  # LIKE tells accents apart
        assert found(analyst, find) == {"title"}
    assert set(terms_in(text, terms_of(find))) == set(terms_of(find))
    assert "<mark>" in marked(text, terms_of(find))


@pytest.mark.parametrize("find", ["ail", "1020.32x", "years5", "cfr31"])
def test_no_backend_finds_the_middle_of_a_word(
    find: str, analyst: User, backend: ModuleType
) -> None:
    if backend is plain:
        return  # LIKE has no words
    conversation(analyst, "title", "31 CFR 1020.320: e-mail within 5 years")
    assert found(analyst, find) == set()


def test_a_very_long_message_is_found_by_its_beginning(analyst: User) -> None:
    conversation(analyst, "long", "first " + "".join(f"w{n}é " for n in range(60_000)))
    assert found(analyst, "first w7") == {"long"}


@pytest.mark.parametrize("read_first", [0, 3, 1000])
@pytest.mark.parametrize("read_chars", [60, 1_000_000])
def test_reading_and_the_index_together_find_what_the_index_finds(
    read_first: int, read_chars: int, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_READ_FIRST", read_first)
    monkeypatch.setattr(finding, "_READ_AT_ONCE", 2)
    monkeypatch.setattr(finding, "_CANDIDATES", 3)
    monkeypatch.setattr(finding, "_READ_CHARS", read_chars)
    for n in range(12):
        conversation(analyst, f"{n}", f"common number{n % 5}", "rare" if n % 7 == 0 else "other")
    mine = Conversation.objects.owned_by(analyst).newest_first()
    for find in ("common", "rare", "common rare", "number3", "number1 common", "11", "nothing"):
        terms = terms_of(find)
        expected = list(matching(mine, terms, owner_id=analyst.pk))
        for most in (1, 3, 20):
            matches = search(mine, terms, owner_id=analyst.pk, most=most)
            assert [match.conversation for match in matches] == expected[:most], (find, most)
            shown = found_in([each.pk for each in expected[:most]], terms)
            assert {m.conversation.pk: m.found for m in matches if m.found} == shown
