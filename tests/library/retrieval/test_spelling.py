"""A word one slip away from a known one is read as that one; known words stay as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.library.retrieval.spelling import Speller, one_slip_apart

SPELLER = Speller(["suspicious", "structuring", "deadline", "beneficial", "bank", "files"])
WORDS = st.text("abcde", min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("suspicous", "suspicious"),  # a letter left out
        ("deadlinee", "deadline"),  # one too many
        ("benificial", "beneficial"),  # a wrong one
        ("sturcturing", "structuring"),  # two swapped
        ("usspicious", "suspicious"),  # the first two swapped
    ],
)
def test_one_slip_is_corrected(slip: str, meant: str) -> None:
    assert SPELLER.correct(slip) == meant


@pytest.mark.parametrize("word", ["bank", "bnak", "filing", "structured", "chocolate", "a1040"])
def test_known_short_and_far_words_stay(word: str) -> None:
    assert SPELLER.correct(word) == word


@given(WORDS, WORDS)
def test_slips_are_mutual(one: str, other: str) -> None:
    assert one_slip_apart(one, other) == one_slip_apart(other, one)


@given(WORDS, st.integers(0, 5))
def test_leaving_a_letter_out_is_one_slip(word: str, at: int) -> None:
    at %= len(word)
    assert one_slip_apart(word, word[:at] + word[at + 1 :])
