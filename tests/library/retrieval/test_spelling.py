"""A typo one edit away from a known word is corrected; known words are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.library.retrieval.spelling import Speller, one_edit_apart

SPELLER = Speller(["suspicious", "structuring", "deadline", "beneficial", "bank", "files"])
WORDS = st.text("abcde", min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("suspicous", "suspicious"),  # a letter missing
        ("deadlinee", "deadline"),  # a letter too many
        ("benificial", "beneficial"),  # a wrong letter
        ("sturcturing", "structuring"),  # two letters swapped
        ("usspicious", "suspicious"),  # the first two letters swapped
    ],
)
def test_one_typo_is_corrected(slip: str, meant: str) -> None:
    assert SPELLER.correct(slip) == meant


@pytest.mark.parametrize("word", ["bank", "bnak", "filing", "structured", "chocolate", "a1040"])
def test_known_short_and_far_words_stay(word: str) -> None:
    assert SPELLER.correct(word) == word


@given(WORDS, WORDS)
def test_one_edit_apart_is_symmetric(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == one_edit_apart(other, one)


@given(WORDS, st.integers(0, 5))
def test_leaving_out_a_letter_is_one_edit(word: str, at: int) -> None:
    at %= len(word)
    assert one_edit_apart(word, word[:at] + word[at + 1 :])


def test_a_text_keeps_all_but_its_slips() -> None:
    text = "Suspicous deadlinee, by 31 CFR 1020.320(b)?"
    assert SPELLER.corrected(text) == "suspicious deadline, by 31 CFR 1020.320(b)?"
