"""Titles: from a question, and from what a model wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.kernel.title_text import TITLE_CHARS, clean_title, title_of
from tests.security.xss import payloads


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("When is a SAR due?", "When is a SAR due?"),
        (
            "How long do we have to file a SAR? The teller saw it last week.",
            "How long do we have to file a SAR?",
        ),
        ("Hello. Is a CTR due today?", "Hello. Is a CTR due today?"),
        (
            "What does Sec. 5 of the U.S. rule say about trusts? Please quote it.",
            "What does Sec. 5 of the U.S. rule say about trusts?",
        ),
        ("\n\n# Policy\n\nText", "Policy"),
        ("---\n> quoted words of a policy", "quoted words of a policy"),
        ("- [ ] first\n- second", "[ ] first"),
        ("???", "???"),
        (
            "who must sign the report when the officer is away and the deputy has left the bank",
            "who must sign the report when the officer is away and the deputy has left the…",
        ),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_question_gives_its_first_sentence_cut_between_words(question: str, title: str) -> None:
    assert title_of(question) == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("SAR filing deadline", "SAR filing deadline"),
        ('"SAR filing deadline."', "SAR filing deadline"),
        ("Title: **SAR** filing `deadline`", "SAR filing deadline"),
        ("<think>The user wants\na title.</think>\n\n# SAR deadline", "SAR deadline"),
        ("<think>It never ends", ""),
        ("[SAR](https://evil.example/) deadline", "SAR deadline"),
        ("\n\nFrist für SAR\nSecond line", "Frist für SAR"),
        ("", ""),
        ("***", ""),
        ("\u202eSAR\x07 deadline", "SAR deadline"),
    ],
)
def test_a_models_title_becomes_one_plain_line(written: str, title: str) -> None:
    assert clean_title(written) == title


@given(st.text(min_size=1))
def test_titles_never_exceed_their_column(text: str) -> None:
    assert len(title_of(text)) <= TITLE_CHARS
    assert len(clean_title(text)) <= TITLE_CHARS
    assert "\n" not in clean_title(text)


def test_no_payload_keeps_its_brackets() -> None:
    for payload in payloads():
        assert not set("<>[]{}`") & set(clean_title(payload)), payload
