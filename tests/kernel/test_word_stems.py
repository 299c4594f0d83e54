"""Stemming, also in several threads at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chat.kernel.word_stems import keywords, stem

WORDS = [f"{start}{end}" for start in "abcdefghklmnprst" for end in ("ationally", "fulness", "ing")]


@pytest.fixture
def busy_interpreter() -> Iterator[None]:
    """Makes the interpreter switch threads as often as possible."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual_s)


def test_threads_that_stem_at_once_get_the_stems_that_one_gets(busy_interpreter: None) -> None:
    uncached = stem.__wrapped__
    alone = [uncached(word) for word in WORDS]
    with ThreadPoolExecutor(4) as threads:
        rounds = threads.map(lambda _: [uncached(word) for word in WORDS], range(40))
        assert all(found == alone for found in rounds)


def test_a_polite_question_is_not_about_politics() -> None:
    """Both have the stem "polit"."""
    assert keywords("May I politely decline to tell him?") == ["declin"]
