"""What a reader types as terms, and texts with their marks: escaped, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from chat.conversations.search import Term, excerpt, marked, terms_of
from chat.conversations.search.terms import MOST_TERMS
from chat.kernel.search_words import placed_words, search_words


@pytest.mark.parametrize(
    ("find", "terms"),
    [
        ("", []),
        ("  §§ -- ", []),
        ("SAR filing", ["sar…", "filing…"]),
        ("Überweisung über Ñandú", ["uberweisung…", "uber…", "nandu…"]),
        ("31 CFR 1020.320", ["31…", "cfr…", "1020…", "320…"]),
        ('"due" OR owner:o1*', ["due", "or…", "owner…", "o1…"]),
        ("twice twice", ["twice…"]),
        ("a 5 é", ["a", "5", "e"]),
        ('"due date" soon', ["due date", "soon…"]),
        ('soon "due da', ["soon…", "due da…"]),
        ("„due date“ «soon»", ["due date", "soon"]),
        ('"" " " "', []),
        ("反洗钱 钱", ["反洗 洗钱…", "钱…"]),
        ("第31条", ["第…", "31…", "条…"]),
        ('"第31条"', ["第 31 条…"]),
        ('"反洗 AML"', ["反洗 洗 aml"]),
    ],
)
def test_what_is_typed_becomes_terms(find: str, terms: list[str]) -> None:
    assert [shown(term) for term in terms_of(find)] == terms


def shown(term: Term) -> str:
    return " ".join(term.words) + ("…" if term.is_prefix else "")


def test_no_more_terms_than_anybody_types() -> None:
    assert len(terms_of(" ".join(f"w{n}" for n in range(99)))) == MOST_TERMS


@pytest.mark.parametrize(
    ("text", "find", "marks"),
    [
        ("Filing a SAR, re-file it", "fil", ["Filing", "file"]),
        ("an A and a B", "a", ["A", "a"]),
        ("Überweisung und überwiesen", "uberw", ["Überweisung", "überwiesen"]),
        ("u\u0308ber die Bru\u0308cke", "brucke", ["Bru\u0308cke"]),
        ("under_score and unscored", "score", ["score"]),
        ("§1020.320 and 1020", "1020.320", ["1020", "320", "1020"]),
        ("nothing here", "sar", []),
        ("the due date, due on a date", '"due date"', ["due date"]),
        ("应当履行反洗钱义务", "洗钱", ["洗钱"]),
        ("应当履行反洗钱义务", "钱", ["钱"]),
        ("第31条", '"31条"', ["31条"]),
        ("(ｶﾞﾗｽ)", "ガラ", ["ｶﾞﾗ"]),
        ("so\u00adft ﬁling, STRASSE", "soft fil straße", ["so\u00adft", "ﬁling", "STRASSE"]),
        ("ธนาคารต้องรายงาน", "รายงาน", ["รายงาน"]),
    ],
)
def test_marks_stand_on_whole_words(text: str, find: str, marks: list[str]) -> None:
    html = LexborHTMLParser(marked(text, terms_of(find)))
    assert [mark.text() for mark in html.css("mark")] == marks


@given(st.text(alphabet="<>&\"'abi \n/=", max_size=60), st.text(alphabet='<>&"abi ', max_size=9))
def test_a_text_stays_what_it_is_and_brings_no_element(text: str, find: str) -> None:
    html = marked(text, terms_of(find))
    assert html.replace("<mark>", "").replace("</mark>", "").count("<") == 0
    body = LexborHTMLParser(f"<p>{html}</p>").css_first("p")
    assert body is not None
    assert {node.tag for node in body.css("*")} <= {"p", "mark"}
    assert body.text() == text


LETTERS = "aÅßﬁ σςДй\u0301\u0308反洗钱がｶﾞ한\u1112\u1161\u11abธา่हि\u00ad\u200b_-.5³Ⅳ"


@given(st.text(alphabet=LETTERS, max_size=40))
def test_words_with_their_places_are_the_words_that_are_stored(text: str) -> None:
    placed = list(placed_words(text))
    assert [word.word for word in placed] == search_words(text).split()
    assert [word.start for word in placed] == sorted(word.start for word in placed)
    assert all(word.start < word.end <= len(text) for word in placed)


def test_an_excerpt_is_a_short_plain_piece_around_the_words() -> None:
    text = f"{'start ' * 50}**File** a [sar-filing-deadline#due] _report_ > soon {'end ' * 50}"
    found = LexborHTMLParser(excerpt(text, terms_of("file report"))).text()
    assert "File a report soon" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) < 120


def test_an_excerpt_is_taken_where_most_words_stand_together() -> None:
    text = f"bank {'x ' * 100} bank {'y ' * 100} a bank must report"
    assert "<mark>bank</mark> must <mark>report</mark>" in excerpt(text, terms_of("bank report"))


def test_a_text_without_the_words_has_no_excerpt() -> None:
    assert excerpt("something else", terms_of("sar")) == ""


def test_an_excerpt_escapes_before_it_marks() -> None:
    html = excerpt("<img src=x onerror=alert(1)> sar </mark><script>", terms_of("sar script img"))
    assert {node.tag for node in LexborHTMLParser(html).css("body *")} == {"mark"}


@given(
    st.lists(st.sampled_from(["due", "dates", "DATE", "a", ". ", " ", "-", "_", "§", "x" * 45])),
    st.sampled_from(["due", '"due date"', '"due da', "a", '"dates"', "date a", "x" * 42]),
)
def test_plain_texts_are_marked_as_texts_with_accents_are(parts: list[str], find: str) -> None:
    text, terms = "".join(parts), terms_of(find)
    assert f"{marked(text, terms)} é" == marked(f"{text} é", terms)
