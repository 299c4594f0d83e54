"""Which conversations are found, in every backend; and that the index follows what changes."""

from types import ModuleType

import pytest
from django.contrib.auth.models import User
from django.db import connection

from chat.conversations.models import Conversation, Message
from chat.conversations.search import (
    backends,
    fts5,
    hits_in,
    like,
    marked,
    matching,
    query,
    search,
    terms_of,
    tsvector,
)

pytestmark = pytest.mark.django_db
BACKENDS = [like, {"sqlite": fts5, "postgresql": tsvector}[connection.vendor]]


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
    return {c.title for c in matching(mine, terms_of(find))}


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
    shown = hits_in([both.pk, title_only.pk], terms_of("bank report"))
    assert {pk: hit.text for pk, hit in shown.items()} == {both.pk: "a bank must report"}


#: What is said and what finds it; what does not.
CASES = [
    ("See 31 CFR §1020.320 within 5 years", ["§1020.320", "31 cfr", "320", "5 years", "5"],
     ["1020.32x", "years5", "cfr31"]),
    ("x_a_b e-mail", ["a_b", "e-mai", "x"], ["ail", "ma l"]),
    ("Überweisungen, Ñandú", ["über", "UBERW", "nandu", "U\u0308ber"], ["berw"]),
    ("U\u0308berweisung", ["Über", "uberw"], []),
    ("Straßenverkehr GROSS", ["strasse", "STRASSE", "straße", "groß"], ["stras s"]),
    ("Σίσυφος και ΣΊΣΥΦΟΣ", ["ΣΙΣΥ", "σίσυφος", "σισυφοσ", "και"], ["συφος"]),
    ("МОСКВА, Ещё йод", ["москв", "еще", "ещё", "йод", "Йо"], ["осква"]),
    ("हिन्दी में रिपोर्ट", ["हिन्दी", "हि", "रिपोर्ट", "में"], ["हा", "न्दी"]),
    ("은행은 의심거래를 보고해야 한다", ["은행", "의심거래", "거래", "보고", "래"], ["행의"]),
    ("\u110b\u1173\u11ab\u1112\u1162\u11bc", ["은행", "은"], []),
    ("銀行は疑わしい取引を届け出る", ["銀行", "取引", "疑わしい", "届", "る", "しい取"],
     ["行銀", "引取"]),
    ("がんばる マネー", ["がん", "マネー", "ネ"], ["かん", "まね"]),
    ("ﾏﾈｰ ﾛﾝﾀﾞﾘﾝｸﾞ ＡＭＬ１２", ["マネー", "ロンダ", "aml12"], ["ロンタ"]),
    ("金融机构应当履行反洗钱义务。第31条", ["反洗钱", "洗钱", "钱", "第31条", "31"],
     ["钱洗", "反钱"]),
    ("ธนาคารต้องรายงานธุรกรรม", ["ธนาคาร", "รายงาน", "ธุรกรรม", "ต้อง"], ["งานราย"]),
    ("so\u00adft hy\u200bphen re\u2060port", ["soft", "hyphen", "report", "so\u00adft"], ["phen"]),
    ("ﬁling oﬃce Ǆ", ["filing", "office", "fil", "dž"], ["ling"]),
    ("Øresund Łódź æon ısı", ["oresund", "lodz", "aeon", "isi"], ["esund"]),
    ("שָׁלוֹם مُحَمَّد", ["שלום", "שָׁלוֹם", "محمد"], []),
    ("the due date is near, not the date due",
     ['"due date"', '"date is near"', '"date"', '"due da'],
     ['"date near"', '"due dat"', '"dates"']),
    ("the due\ndate; filing", ['"due date"', "“due date”", "„date filing“"], ['"due filing"']),
    ("反洗钱 AML rule", ['"反洗钱 AML"', '"洗钱 aml"', '"aml rule"'], ['"反洗 AML"', '"aml 反洗"']),
]  # fmt: skip
CASE_IDS = [text[:12] for text, _, _ in CASES]


@pytest.fixture(params=[True, False], ids=["read", "indexed"])
def is_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the conversations are few enough to be read, or the index is asked."""
    if not request.param:
        monkeypatch.setattr(query, "_READ_FIRST", 0)
        monkeypatch.setattr(query, "_READ_CHARS", -1)
    return bool(request.param)


def hits(user: User, find: str) -> list[tuple[str, str | None]]:
    mine = Conversation.objects.owned_by(user).newest_first()
    matches = search(mine, terms_of(find), most=5)
    return [(each.conversation.title, each.hit.text if each.hit else None) for each in matches]


@pytest.mark.parametrize(("text", "finds", "others"), CASES, ids=CASE_IDS)
def test_reading_and_every_index_find_the_same(
    text: str, finds: list[str], others: list[str], is_read: bool, analyst: User
) -> None:
    conversation(analyst, "other", "Something else")
    conversation(analyst, "said", "before", text, "after")
    assert [find for find in finds if hits(analyst, find) != [("said", text)]] == []
    assert [find for find in others if hits(analyst, find)] == []
    Message.objects.update(text="")
    Conversation.objects.filter(title="said").update(title=text)
    assert [find for find in finds if hits(analyst, find) != [(text, None)]] == []


@pytest.mark.parametrize(("text", "finds", "others"), CASES, ids=CASE_IDS)
def test_what_is_found_is_marked_and_nothing_else(
    text: str, finds: list[str], others: list[str]
) -> None:
    assert [find for find in finds if "<mark>" not in marked(text, terms_of(find))] == []
    single = [find for find in others if len(terms_of(find)) == 1]
    assert [find for find in single if "<mark>" in marked(text, terms_of(find))] == []


def test_with_more_conversations_than_are_read_the_same_is_found(analyst: User) -> None:
    """The real border, on both sides of it."""
    conversation(analyst, "old", "金融机构应当履行反洗钱义务", "Straßenverkehr")
    for number in range(query._READ_FIRST):
        for find in ("洗钱", "strasse", '"履行反洗钱"'):
            if number in (0, query._READ_FIRST - 1):
                assert [title for title, _ in hits(analyst, find)] == ["old"]
        conversation(analyst, f"new {number}", "Something else")
    for find in ("洗钱", "strasse", '"履行反洗钱"'):
        assert [title for title, _ in hits(analyst, find)] == ["old"]


def test_a_very_long_message_is_found_by_its_beginning(analyst: User) -> None:
    conversation(analyst, "long", "first " + "".join(f"w{n}é " for n in range(60_000)))
    assert found(analyst, "first w7") == {"long"}


@pytest.mark.parametrize("read_first", [0, 3, 1000])
@pytest.mark.parametrize("read_chars", [60, 1_000_000])
def test_reading_and_the_index_together_find_what_the_index_finds(
    read_first: int, read_chars: int, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "_READ_FIRST", read_first)
    monkeypatch.setattr(query, "_READ_AT_ONCE", 2)
    monkeypatch.setattr(query, "_CANDIDATES", 3)
    monkeypatch.setattr(query, "_READ_CHARS", read_chars)
    for n in range(12):
        conversation(analyst, f"{n}", f"common number{n % 5}", "rare" if n % 7 == 0 else "other")
    mine = Conversation.objects.owned_by(analyst).newest_first()
    for find in ("common", "rare", "common rare", "number3", "number1 common", "11", "nothing"):
        terms = terms_of(find)
        expected = list(matching(mine, terms))
        for most in (1, 3, 20):
            matches = search(mine, terms, most=most)
            assert [match.conversation for match in matches] == expected[:most], (find, most)
            shown = hits_in([each.pk for each in expected[:most]], terms)
            assert {m.conversation.pk: m.hit for m in matches if m.hit} == shown
