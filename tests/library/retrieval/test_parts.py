"""A message is split into what is asked and what is told."""

import pytest

from chat.library.retrieval.parts import asks_for_form_only, parts_of


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("when is a ctr due", ["when is a ctr due"]),
        (
            "When is a CTR due, and how long do we keep the copy?",
            ["When is a CTR due", "how long do we keep the copy?"],
        ),
        ("What is a PEP? Are senators included?", ["What is a PEP?", "Are senators included?"]),
        ("How do I report it, by when, and to whom?", ["How do I report it, by when, to whom?"]),
        (
            "Since it is due after 90 days, can we wait?",
            ["Since it is due after 90 days, can we wait?"],
        ),
        ("two women bought money orders", ["two women bought money orders"]),
    ],
)
def test_each_question_is_a_part(message: str, asked: list[str]) -> None:
    assert list(parts_of(message).asked) == asked


def test_what_is_told_is_no_question() -> None:
    message = parts_of("We filed in March. It goes on as before. When is the next report due?")
    assert message.asked == ("When is the next report due?",)
    assert message.told == "We filed in March. It goes on as before."


@pytest.mark.parametrize("message", ["make that a table", "put it in a list", "summarize this"])
def test_another_form_is_no_new_question(message: str) -> None:
    assert asks_for_form_only(message)


@pytest.mark.parametrize("message", ["show me the CTR deadline", "explain structuring"])
def test_a_request_with_a_topic_is_a_question(message: str) -> None:
    assert not asks_for_form_only(message)
