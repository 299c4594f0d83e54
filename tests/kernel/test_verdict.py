"""One verdict on an answer, and it is never better than the answer's worst quote."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chat.kernel.answer import Answer
from chat.kernel.citations import is_verbatim
from chat.kernel.verdict import Verdict, checked_citations, verdict_on

TEXTS = {
    "sar#due": "A bank must file a SAR no later than 30 calendar days after the date of initial "
    "detection of facts that may constitute a basis for filing.",
    "ctr#amount": "A bank must report each deposit, withdrawal or exchange of more than $10,000 in "
    "currency by or through the bank on one business day.",
}
PASSAGES = [
    {"id": key, "title": "Note", "heading": "Rule", "text": text, "authority": "FinCEN"}
    for key, text in TEXTS.items()
]
GOOD = '"A bank must file a SAR" [sar#due]'
BAD = '"A bank may file a SAR" [sar#due]'


def verdict(**parts: Any) -> Verdict:
    return verdict_on(Answer(passages=PASSAGES, **parts))


def finding(**parts: Any) -> dict[str, Any]:
    return {"title": "Late", "severity": "high", "explanation": "It is late.", **parts}


@pytest.mark.parametrize(
    ("parts", "state", "sentence"),
    [
        ({"response": GOOD}, "verified", "1 of 1 quote verbatim."),
        ({"response": f"{GOOD} {BAD}"}, "unverified", "1 of 2 quotes not verbatim."),
        ({"response": "File it [sar#due]."}, "cited", "1 citation, no quotes."),
        ({"response": "File it."}, "uncited", "This answer cites no passage."),
        ({}, "empty", ""),
        (
            {"response": f"{GOOD}. See [made-up#x]."},
            "unverified",
            "1 of 1 quote verbatim. 1 citation could not be verified.",
        ),
        (
            {"response": f'{GOOD}. He said "I never file reports".'},
            "cited",
            "1 of 1 quote verbatim. 1 more quote names no passage.",
        ),
        (
            {"response": f"{GOOD}. File within 60 days [sar#due]."},
            "unverified",
            "1 of 1 quote verbatim. Not in the cited passage: 60 days.",
        ),
        (
            {"response": '"must file a SAR" (sar#due)'},
            "unverified",
            "1 citation, no quotes. 1 citation could not be verified.",
        ),
        ({"response": '"may file a SAR" (sar#due)'}, "unverified", "1 of 1 quote not verbatim."),
    ],
)
def test_the_verdict_in_words(parts: dict[str, Any], state: str, sentence: str) -> None:
    found = verdict(**parts)
    assert (found.state, found.sentence) == (state, sentence)


PLACES: dict[str, Any] = {
    "reasoning": lambda text: {"reasoning": text},
    "analysis": lambda text: {"analysis": text},
    "response": lambda text: {"response": text},
    "artifact": lambda text: {"artifacts": [{"kind": "memo", "title": "Memo", "content": text}]},
    "explanation": lambda text: {"findings": [finding(explanation=text)]},
    "title": lambda text: {"findings": [finding(title=text)]},
}


@pytest.mark.parametrize("place", PLACES)
def test_quotes_count_wherever_they_stand(place: str) -> None:
    assert verdict(**PLACES[place](GOOD)).sentence == "1 of 1 quote verbatim."
    assert verdict(**PLACES[place](BAD)).sentence == "1 of 1 quote not verbatim."


def test_the_evidence_of_findings_counts() -> None:
    evidence = [{"passage": "sar#due", "quote": "A bank may file a SAR"}]
    found = verdict(response=GOOD, findings=[finding(citations=evidence)])
    assert found.sentence == "1 of 2 quotes not verbatim."


def test_the_same_quote_in_four_places_counts_once() -> None:
    evidence = [{"passage": "sar#due", "quote": "A bank must file a SAR"}]
    cited = [finding(explanation=GOOD, citations=evidence)]
    assert verdict(analysis=GOOD, response=GOOD, findings=cited).quotes == 1


@pytest.mark.parametrize("part", ["title", "explanation"])
def test_a_finding_rests_on_its_evidence_for_its_numbers(part: str) -> None:
    evidence = [{"passage": "sar#due", "quote": "no later than 30 calendar days"}]
    found = verdict(findings=[finding(**{part: "File within 60 days"}, citations=evidence)])
    assert found.missing == ["60 days"]


def test_citations_are_listed_once_with_what_was_found() -> None:
    answer = Answer(passages=PASSAGES, analysis=GOOD, response=f"{GOOD} in 9 days (ctr#amount)")
    rows = [(row.passage, row.quote, row.state, row.missing) for row in checked_citations(answer)]
    assert rows == [
        ("sar#due", "A bank must file a SAR", "verified", []),
        ("ctr#amount", "", "unverified", ["9 days"]),
    ]


def test_a_text_too_dense_to_look_at_is_not_verified() -> None:
    assert verdict(response=f"{GOOD} {'[a#b] ' * 9_000}").state == "unverified"


@pytest.mark.parametrize("place", ["analysis", "response", "artifact", "explanation"])
def test_what_stands_behind_the_markup_limit_is_not_verified(place: str) -> None:
    items = "- *a*\n" * 3_000
    found = verdict(**PLACES[place](f"{GOOD}\n\n{items}\n{GOOD.replace('a SAR', 'a')} {BAD}"))
    assert (found.state, found.quotes, found.verbatim, found.unverified) == ("unverified", 1, 1, 1)


# --- No seal is false ----------------------------------------------------------------------------

MARKS = ['"{}"', "“{}”", "„{}“", "«{}»", "»{}«", "‘{}’", "'{}'", "「{}」", "*“{}”*"]
SENTENCES = [
    "{} [{}]",
    "The rule is {} [{}].",
    "So it says: {} ([{}]). It is plain.",
    "{} is what counts here [{}].",
    "- File it: {} [{}]",
    "| Rule | {} [{}] |",
    "First, all is well. {} [{}]",
    "It says {}. [{}]",
    "## {} [{}]",
    "1. Do so,\n   {} [{}]",
]


@st.composite
def quotes(draw: st.DrawFn) -> tuple[str, str]:
    """(passage id, words in a row of it that leave no negation out)."""
    key = draw(st.sampled_from(sorted(TEXTS)))
    words = TEXTS[key].split()
    start = draw(st.integers(0, len(words) - 4))
    quote = " ".join(words[start : start + draw(st.integers(4, 12))])
    assume(is_verbatim(quote, TEXTS[key]))
    return key, quote


def written(draw: Callable[..., Any], key: str, words: str) -> dict[str, Any]:
    """A quote in some marks, in some sentence, in some part of an answer."""
    if draw(st.booleans()) and draw(st.booleans()):
        return {"findings": [finding(citations=[{"passage": key, "quote": words}])]}
    quoted = draw(st.sampled_from(MARKS)).format(words)
    text = draw(st.sampled_from(SENTENCES)).format(quoted, key)
    if draw(st.booleans()) and draw(st.booleans()):
        text = f"> {words} [{key}]"
    return dict(PLACES[draw(st.sampled_from(sorted(PLACES)))](text))


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for part in parts:
        for field, value in part.items():
            glue = "\n\n" if isinstance(value, str) else []
            answer[field] = answer[field] + glue + value if field in answer else value
    return answer


@given(data=st.data())
def test_true_quotes_are_all_verbatim(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(quotes(), min_size=1, max_size=5, unique=True))
    found = verdict(**joined([written(data.draw, key, words) for key, words in chosen]))
    assert (found.quotes, found.verbatim) == (len(chosen), len(chosen))
    assert (found.state, found.missing) == ("verified", [])


@given(data=st.data())
def test_one_changed_letter_in_any_quote_anywhere_is_not_verbatim(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(quotes(), min_size=1, max_size=5, unique=True))
    which = data.draw(st.integers(0, len(chosen) - 1))
    key, words = chosen[which]
    places = [at for at, char in enumerate(words) if char.isalnum()]
    at = data.draw(st.sampled_from(places))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
    assume(letter != words[at].lower())
    chosen[which] = key, f"{words[:at]}{letter}{words[at + 1 :]}"
    found = verdict(**joined([written(data.draw, key, words) for key, words in chosen]))
    assert found.state == "unverified"
    assert (found.quotes, found.verbatim) == (len(chosen), len(chosen) - 1)
    assert "not verbatim" in found.sentence
