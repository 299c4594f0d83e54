"""Ways of asking: follow-ups, typos, citations, bare names, pasted texts."""

import pytest

from chat.kernel.passages import Retrieved
from chat.library.retrieval import retrieve, search_notes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

SAR_DEADLINE = "how long do we have to file a sar"


def first(question: str, *, earlier: str = "") -> str:
    passages = retrieve(question, earlier=earlier).passages
    return passages[0].id if passages else "refused"


# --- Follow-ups ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "earlier", "wanted"),
    [
        ("and for MSBs?", SAR_DEADLINE, "msb-sar#due"),
        ("what about ctrs?", SAR_DEADLINE, "ctr-filing-deadline#due"),
        ("and how long do we keep it?", SAR_DEADLINE, "sar-records-retention#five-years"),
        ("what is the fine?", "who must file an fbar", "fbar-penalties#non-willful"),
        (
            "is there an exception?",
            "do we have to send privacy notices every year",
            "glba-privacy-notices#annual-exception",
        ),
    ],
)
def test_a_follow_up_is_read_with_the_question_before(
    question: str, earlier: str, wanted: str
) -> None:
    assert first(question, earlier=earlier) == wanted


def test_a_question_that_stands_alone_ignores_the_one_before() -> None:
    question = "how often must we validate models"
    assert retrieve(question, earlier=SAR_DEADLINE) == retrieve(question)


def test_an_out_of_scope_question_is_refused_whatever_was_asked_before() -> None:
    assert first("what is the capital of france", earlier=SAR_DEADLINE) == "refused"
    assert first("how do i bake a chocolate cake", earlier=SAR_DEADLINE) == "refused"


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("suspicous activty report deadlne", "sar-filing-deadline"),
        ("sturcturing", "structuring-definition"),
        ("benificial owner treshold", "beneficial-owner-ownership-and-control-prongs"),
        ("how long to keep ctr recrods", "ctr-filing-deadline"),
    ],
)
def test_one_typo_in_a_word_does_no_harm(question: str, note: str) -> None:
    assert first(question).startswith(f"{note}#")


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("travel rule", "travel-rule"),
        ("ctr", "ctr-filing-threshold"),
        ("pep", "pep-meaning-and-risk"),
        ("Section 314(b)", "info-sharing-314b"),
        ("what does 31 cfr 1010.415 say", "monetary-instrument-cash-sales-log"),
        ("deadline for form 8300", "form-8300-cash-payments-to-businesses"),
    ],
)
def test_a_name_or_a_citation_finds_its_note(question: str, note: str) -> None:
    assert first(question).startswith(f"{note}#")


def test_abbreviated_amounts_are_understood() -> None:
    asked = "customer brought {} in cash in canadian dollars, reportable?"
    assert first(asked.format("15k")) == first(asked.format("15,000"))


@pytest.mark.parametrize(
    "question", ["", "   ", "???", "hi", "thanks", '"', "a OR b", "NEAR(", "*", "' --", "c:x"]
)
def test_input_that_is_not_a_question_finds_nothing(question: str) -> None:
    assert retrieve(question).passages == ()


# --- Long texts ----------------------------------------------------------------------------------


def test_a_pasted_contract_finds_notes_on_vendor_contracts() -> None:
    clause = "The Supplier processes personal data and may engage subcontractors without consent. "
    found = retrieve("Review this vendor contract for data protection gaps:\n\n" + clause * 60)
    assert any("third-party" in passage.id or "vendor" in passage.id for passage in found.passages)


def test_a_pasted_recipe_is_refused() -> None:
    recipe = "Take flour, butter and sugar, and bake it in the oven for forty minutes. " * 40
    assert retrieve("Please review this recipe.\n" + recipe) == Retrieved()


# --- The library page ----------------------------------------------------------------------------


def test_without_words_the_page_lists_all_notes_by_topic() -> None:
    notes = search_notes("  ")
    assert len(notes) >= 120
    assert [note.topic for note in notes] == sorted(note.topic for note in notes)


def test_with_words_the_page_lists_matching_notes_best_first() -> None:
    assert search_notes("travel rule")[0].slug == "travel-rule"
    assert search_notes("1020.320")[0].section.find("1020.320") >= 0
    assert search_notes("zzzz") == []
